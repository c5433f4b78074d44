namespace MaskedPretraining.Core.Imaging.Scenes;

/// <summary>A patterned plane: where it lies and how it looks. Lengths in units of the image's side.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="X">Origin, from the left.</param>
/// <param name="Y">Origin, from the top.</param>
/// <param name="Radius">Length of one unit of the plane.</param>
/// <param name="Period">Length of the pattern's period in units of the plane.</param>
/// <param name="Angle">Rotation, radians.</param>
/// <param name="Tones">The two colours of the pattern.</param>
internal sealed record Tile(ScenePattern Pattern, float X, float Y, float Radius, float Period, float Angle, (Rgb First, Rgb Second) Tones);
