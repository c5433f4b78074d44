namespace MaskedPretraining.Core.Imaging.Backgrounds;

/// <summary>What is done with object and background of a photo to find out which of them a classifier looks at (Xiao et al., Noise or Signal, ICLR 2021; the variants of ImageNet-9).</summary>
public enum BackgroundVariant
{
    /// <summary>The photo as it is.</summary>
    Original = 0,

    /// <summary>The object before the background of another photo of its class.</summary>
    MixedSame = 1,

    /// <summary>The object before the background of a photo of a class drawn at random.</summary>
    MixedRandom = 2,

    /// <summary>The object before the background of a photo of the next class; the last class's next is the first.</summary>
    MixedNext = 3,

    /// <summary>The object before black.</summary>
    OnlyForeground = 4,

    /// <summary>The photo with the object's silhouette in black.</summary>
    NoForeground = 5,

    /// <summary>The photo with the object's box in black.</summary>
    OnlyBackgroundBlack = 6,

    /// <summary>The photo with the object's box filled with tiles of the background.</summary>
    OnlyBackgroundTiled = 7,
}
