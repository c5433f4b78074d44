namespace MaskedPretraining.Core.Imaging.Scenes;

/// <summary>Two-tone patterns for backgrounds and objects.</summary>
internal enum ScenePattern
{
    Gradient,
    Stripes,
    Clouds,
    Checks,
    Dots,
    Rings,
    Waves,
    Speckle,
    Hatch,
    Spokes,
}
