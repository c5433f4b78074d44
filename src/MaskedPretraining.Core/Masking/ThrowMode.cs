namespace MaskedPretraining.Core.Masking;

/// <summary>Which patches attention-driven masking throws, when the drawn order is masked first.</summary>
public enum ThrowMode
{
    /// <summary>Masked, thrown, visible: the patches between the most and the least attended are thrown. AMT's choice.</summary>
    Middle,

    /// <summary>Masked, visible, thrown: the least attended patches are thrown (table 4 of the AMT paper).</summary>
    Low,
}
