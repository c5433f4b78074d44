namespace MaskedPretraining.Core.Attention;

/// <summary>How the maps of several attention heads become one.</summary>
public enum HeadPooling
{
    /// <summary>The mean over heads: AMT's maps, and those of DINO's videos; the default.</summary>
    Mean,

    /// <summary>The largest value of any head: what any of them looks at.</summary>
    Max,
}
