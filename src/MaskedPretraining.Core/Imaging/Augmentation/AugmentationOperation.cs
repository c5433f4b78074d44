namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>
/// The operations of <see cref="RandAugment"/>, with the strength l = magnitude / 10 that each gives a meaning to. All work on bytes and round as Pillow does. The numbers are part of
/// what a seed means and never change.
/// </summary>
public enum AugmentationOperation
{
    /// <summary>Stretches each channel to 0..255. No strength.</summary>
    AutoContrast = 0,

    /// <summary>Evens out the histogram of each channel. No strength.</summary>
    Equalize = 1,

    /// <summary>Takes each byte from 255. No strength.</summary>
    Invert = 2,

    /// <summary>Turns by 30 l degrees, counterclockwise or clockwise.</summary>
    Rotate = 3,

    /// <summary>Keeps the 4 - floor(4 l) highest bits.</summary>
    Posterize = 4,

    /// <summary>Inverts bytes from 256 - floor(256 l) on.</summary>
    Solarize = 5,

    /// <summary>Adds floor(110 l) to bytes below 128.</summary>
    SolarizeAdd = 6,

    /// <summary>Moves away from grey or towards it: factor 1 + 0.9 l or 1 - 0.9 l.</summary>
    Color = 7,

    /// <summary>Moves away from the mean grey or towards it: factor 1 + 0.9 l or 1 - 0.9 l.</summary>
    Contrast = 8,

    /// <summary>Brightens or darkens: factor 1 + 0.9 l or 1 - 0.9 l.</summary>
    Brightness = 9,

    /// <summary>Sharpens or smooths: factor 1 + 0.9 l or 1 - 0.9 l.</summary>
    Sharpness = 10,

    /// <summary>Shifts each row sideways by 0.3 l of its distance from the top.</summary>
    ShearX = 11,

    /// <summary>Shifts each column up or down by 0.3 l of its distance from the left.</summary>
    ShearY = 12,

    /// <summary>Shifts sideways by 0.45 l of the width.</summary>
    TranslateX = 13,

    /// <summary>Shifts up or down by 0.45 l of the height.</summary>
    TranslateY = 14,
}
