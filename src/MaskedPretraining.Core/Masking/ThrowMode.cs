namespace MaskedPretraining.Core.Masking;

/// <summary>Which patches attention-driven masking throws: the rows of table 4 of the AMT paper (Gui et al. 2022).</summary>
public enum ThrowMode
{
    /// <summary>Masked, thrown, visible: the patches between the most and the least attended are thrown. AMT's choice.</summary>
    Middle,

    /// <summary>Masked, visible, thrown: the least attended patches are thrown.</summary>
    Low,

    /// <summary>Masked and thrown patches are drawn evenly, without a look at the map: random throwing.</summary>
    Random,

    /// <summary>Nothing is thrown, whatever the throw ratio: attention-driven masking alone.</summary>
    None,
}
