namespace MaskedPretraining.Core.Imaging.Scenes;

/// <summary>Outlines of objects.</summary>
internal enum SceneShape
{
    Disc,
    Square,
    Triangle,
    Star,
    Cross,
    Crescent,
    Ring,
    Hexagon,
}
