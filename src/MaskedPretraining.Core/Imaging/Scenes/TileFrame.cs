namespace MaskedPretraining.Core.Imaging.Scenes;

/// <summary>Turns pixels into coordinates of a <see cref="Tile"/>, and those into colours.</summary>
internal readonly struct TileFrame
{
    private readonly Tile _tile;
    private readonly float _stepX;
    private readonly float _stepY;
    private readonly float _frequency;
    private readonly float _blur;
    private readonly uint _seed;

    public TileFrame(Tile tile, int size, uint seed)
    {
        _tile = tile;
        (float sin, float cos) = MathF.SinCos(tile.Angle);
        // Width of a pixel in units of the plane, and its components along the plane's axes.
        Pixel = 1 / (size * tile.Radius);
        (_stepX, _stepY) = (cos * Pixel, sin * Pixel);
        (OriginX, OriginY) = (tile.X * size - 0.5f, tile.Y * size - 0.5f);
        _frequency = 1 / tile.Period;
        _blur = Pixel * _frequency;
        _seed = seed;
    }

    /// <summary>Width of a pixel in units of the plane.</summary>
    public float Pixel { get; }

    /// <summary>Column of the origin.</summary>
    public float OriginX { get; }

    /// <summary>Row of the origin.</summary>
    public float OriginY { get; }

    public (float X, float Y) At(int column, int row)
    {
        (float x, float y) = (column - OriginX, row - OriginY);
        return (x * _stepX + y * _stepY, y * _stepX - x * _stepY);
    }

    public Rgb Colour(float x, float y) =>
        _tile.Tones.First.Blend(_tile.Tones.Second, Patterns.Value(_tile.Pattern, x * _frequency, y * _frequency, _blur, _seed));
}
