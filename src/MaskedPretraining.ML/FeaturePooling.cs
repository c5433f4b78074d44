namespace MaskedPretraining.ML;

/// <summary>How an image's tokens become one feature vector.</summary>
public enum FeaturePooling
{
    /// <summary>The class token, as MAE's linear probe takes it.</summary>
    Cls,

    /// <summary>The mean of the patch tokens, class token not counted.</summary>
    Mean,

    /// <summary>The class token, then the mean of the patch tokens, <c>[2D]</c>, as DINO's linear probe of ViT-B takes both.</summary>
    ClsAndMean,
}
