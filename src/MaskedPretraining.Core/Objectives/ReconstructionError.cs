namespace MaskedPretraining.Core.Objectives;

/// <summary>How far a prediction is from its target.</summary>
public enum ReconstructionError
{
    /// <summary>Mean squared difference (MAE, MaskFeat).</summary>
    Squared,

    /// <summary>Mean absolute difference (SimMIM).</summary>
    Absolute,
}
