namespace MaskedPretraining.Core.Attention;

/// <summary>How the class token's attention rows, one a head, become one map in 0..1.</summary>
/// <remarks>Scaling is <c>(a - min) / (max - min + 1e-12)</c>; a constant row becomes zeros.</remarks>
public enum HeadNormalization
{
    /// <summary>Scale each head's row to 0..1, then take the mean over heads: the code released with AMT, and the default.</summary>
    PerHeadThenMean,

    /// <summary>Take the mean over heads, then scale once: equation 4 and algorithm 1 of the AMT paper.</summary>
    MeanThenMinMax,
}
