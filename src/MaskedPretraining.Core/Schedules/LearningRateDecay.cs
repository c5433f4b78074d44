namespace MaskedPretraining.Core.Schedules;

/// <summary>How the learning rate falls after its warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>Half a cosine that begins when the warm-up ends (MAE, MaskFeat).</summary>
    HalfCosine,

    /// <summary>Half a cosine that has run since the start, so that the rate jumps down a little when the warm-up ends (SimMIM's default, AMT on SimMIM).</summary>
    CosineIncludingWarmup,

    /// <summary>Constant, multiplied by 0.1 at each milestone (SimMIM's 800 epochs of ViT-B).</summary>
    MultiStep,
}
