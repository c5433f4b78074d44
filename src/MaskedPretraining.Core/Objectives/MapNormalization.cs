namespace MaskedPretraining.Core.Objectives;

/// <summary>How the values of an attention map are brought to 0..1 before they weigh errors.</summary>
public enum MapNormalization
{
    /// <summary><c>(m - min) / (max - min + 1e-8)</c> over the map of the whole image, before it is cropped; zeros if the range is below 1e-6.</summary>
    MinMax,

    /// <summary>Values are taken as they are.</summary>
    None,
}
