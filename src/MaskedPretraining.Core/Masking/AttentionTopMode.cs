namespace MaskedPretraining.Core.Masking;

/// <summary>Which patches attention-guided token masking (AttMask, Kakogeorgiou et al. 2022) masks.</summary>
public enum AttentionTopMode
{
    /// <summary>The most attended: <c>int(N r)</c> patches.</summary>
    High,

    /// <summary>The most attended, but some of the very most attended are shown as hints and not replaced by others.</summary>
    Hint,

    /// <summary>The least attended, so that the object stays visible (also the idea of MST, Li et al. 2021).</summary>
    Low,
}
