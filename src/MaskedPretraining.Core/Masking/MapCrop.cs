namespace MaskedPretraining.Core.Masking;

/// <summary>How a map of the whole image is brought to the patches of a crop of it.</summary>
public enum MapCrop
{
    /// <summary>Linear interpolation at the pixels of the resized crop, summed over each patch: <see cref="Attention.CropOperator"/>, what AMT (Gui et al. 2022) means.</summary>
    PixelSum,

    /// <summary>The mean of the map over the area of each patch: values keep their scale.</summary>
    AreaMean,

    /// <summary>The cell under the middle of each patch: values are labels, such as part numbers, and must not be mixed.</summary>
    Nearest,

    /// <summary>The map's top left corner whatever the crop, as in AMT's released code: only to study what that does.</summary>
    AsReleased,
}
