namespace MaskedPretraining.Core.Attention;

/// <summary>How well an attention map finds an object whose outline is known.</summary>
/// <param name="InsideShare">Share of the map's mass that lies on the object, 0 to 1 (the energy-based pointing game of Score-CAM, with the mask instead of its box).</param>
/// <param name="AreaShare">Share of the image that the object covers, 0 to 1: what a map that knows nothing gets as <paramref name="InsideShare"/>.</param>
/// <param name="IsHit">Whether the map's greatest value lies on the object (the pointing game).</param>
public readonly record struct LocalizationScore(double InsideShare, double AreaShare, bool IsHit);
