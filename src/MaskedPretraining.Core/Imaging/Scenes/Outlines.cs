namespace MaskedPretraining.Core.Imaging.Scenes;

/// <summary>Distance of a point from a shape's outline: negative inside. The shapes reach about 1 from the origin and have similar areas.</summary>
internal static class Outlines
{
    /// <summary>The farthest that a shape reaches from the origin.</summary>
    public const float Reach = 1.2f;

    private const float StarTip = 1.18f;
    private const float StarNotch = 0.55f;

    // Half the angle between two tips of a star.
    private static readonly (float Sin, float Cos) Fifth = MathF.SinCos(MathF.PI / 5);

    public static float Distance(SceneShape shape, float x, float y) => shape switch
    {
        SceneShape.Disc => Length(x, y) - 0.95f,
        SceneShape.Square => MathF.Max(MathF.Abs(x), MathF.Abs(y)) - 0.82f,
        SceneShape.Triangle => MathF.Max(MathF.Abs(x) * 0.8660254f + y * 0.5f, -y) - 0.6f,
        SceneShape.Star => Star(x, y),
        SceneShape.Cross => MathF.Min(Bar(x, y), Bar(y, x)),
        SceneShape.Crescent => MathF.Max(Length(x, y) - 1.1f, 0.8f - Length(x - 0.65f, y)),
        SceneShape.Ring => MathF.Abs(Length(x, y) - 0.75f) - 0.32f,
        _ => MathF.Max(MathF.Abs(x) * 0.8660254f + MathF.Abs(y) * 0.5f, MathF.Abs(y)) - 0.88f,
    };

    private static float Length(float x, float y) => MathF.Sqrt(x * x + y * y);

    private static float Bar(float x, float y) => MathF.Max(MathF.Abs(x) - 1.1f, MathF.Abs(y) - 0.4f);

    // Folded into the sector between a tip and the notch beside it; there the outline is one straight line.
    private static float Star(float x, float y)
    {
        float angle = MathF.Abs(MathF.Atan2(y, x));
        float sector = 2 * MathF.PI / 5;
        angle = MathF.Abs(angle - sector * MathF.Round(angle / sector));
        (float sin, float cos) = MathF.SinCos(angle);
        float length = Length(x, y);
        (float edgeX, float edgeY) = (StarNotch * Fifth.Cos - StarTip, StarNotch * Fifth.Sin);
        float cross = edgeY * (length * cos - StarTip) - edgeX * length * sin;
        return cross / Length(edgeX, edgeY);
    }
}
