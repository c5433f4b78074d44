namespace MaskedPretraining.Core.Imaging.Scenes;

/// <summary>Values of patterns, 0 to 1, with edges softened over <c>blur</c> (the width of a pixel) so that they do not alias. One period is 1 long.</summary>
internal static class Patterns
{
    public static float Value(ScenePattern pattern, float x, float y, float blur, uint seed) => pattern switch
    {
        ScenePattern.Gradient => Math.Clamp(0.5f + 0.28f * x, 0, 1),
        ScenePattern.Stripes => Soft(Band(x), blur),
        ScenePattern.Clouds => Clouds(x, y, seed),
        ScenePattern.Checks => 0.5f + 0.5f * (2 * Soft(Band(x), blur) - 1) * (2 * Soft(Band(y), blur) - 1),
        ScenePattern.Dots => Soft(0.34f - Length(x - MathF.Round(x), y - MathF.Round(y)), blur),
        ScenePattern.Rings => Soft(Band(Length(x, y)), blur),
        ScenePattern.Waves => Soft(Band(x + 0.3f * MathF.Sin(MathF.PI * y)), blur),
        ScenePattern.Speckle => Soft((Noise(2 * x, 2 * y, seed) - 0.5f) * 0.8f, blur),
        ScenePattern.Hatch => Soft(0.16f - MathF.Min(MathF.Abs(x - MathF.Round(x)), MathF.Abs(y - MathF.Round(y))), blur),
        _ => Spokes(x, y, blur),
    };

    /// <summary>Smooth noise, 0 to 1, one bump a unit.</summary>
    public static float Noise(float x, float y, uint seed)
    {
        (float floorX, float floorY) = (MathF.Floor(x), MathF.Floor(y));
        (int column, int row) = ((int)floorX, (int)floorY);
        (float right, float down) = (Ease(x - floorX), Ease(y - floorY));
        float top = Hash(column, row, seed) + right * (Hash(column + 1, row, seed) - Hash(column, row, seed));
        float bottom = Hash(column, row + 1, seed) + right * (Hash(column + 1, row + 1, seed) - Hash(column, row + 1, seed));
        return top + down * (bottom - top);
    }

    /// <summary>A number in [0, 1) for a whole-numbered place.</summary>
    public static float Hash(int x, int y, uint seed)
    {
        uint mixed = seed + (uint)x * 0x9E3779B1u + (uint)y * 0x85EBCA77u;
        mixed = (mixed ^ (mixed >> 15)) * 0x2C1B3C6Du;
        mixed = (mixed ^ (mixed >> 13)) * 0x297A2D39u;
        return ((mixed ^ (mixed >> 16)) >> 8) * (1f / (1 << 24));
    }

    private static float Clouds(float x, float y, uint seed)
    {
        float value = 0.62f * Noise(x, y, seed) + 0.38f * Noise(2.3f * x + 7, 2.3f * y + 3, seed ^ 0x5bd1e995);
        return Math.Clamp((value - 0.5f) * 1.9f + 0.5f, 0, 1);
    }

    private static float Spokes(float x, float y, float blur)
    {
        const float Count = 7;
        float turns = MathF.Atan2(y, x) * (Count / (2 * MathF.PI));
        return Soft(Band(turns), blur * Count / (2 * MathF.PI * MathF.Max(Length(x, y), 0.05f)));
    }

    // Distance from the edge of a band half a period wide, positive inside.
    private static float Band(float x) => MathF.Abs(x - MathF.Floor(x) - 0.5f) - 0.25f;

    private static float Soft(float distance, float blur) => Math.Clamp(0.5f + distance / blur, 0, 1);

    private static float Ease(float x) => x * x * (3 - 2 * x);

    private static float Length(float x, float y) => MathF.Sqrt(x * x + y * y);
}
