namespace MaskedPretraining.Core.Attention;

/// <summary>A box in continuous coordinates: pixels, map cells or shares of the image, whichever its maker says. The origin is the upper left corner.</summary>
/// <param name="Left">x of the left side.</param>
/// <param name="Top">y of the upper side.</param>
/// <param name="Right">x of the right side, not less than <paramref name="Left"/>; the first column outside.</param>
/// <param name="Bottom">y of the lower side, not less than <paramref name="Top"/>; the first row outside.</param>
public readonly record struct BoundingBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Width times height; 0 for sides in the wrong order.</summary>
    public double Area => Math.Max(Right - Left, 0) * Math.Max(Bottom - Top, 0);

    /// <summary>Intersection over union with another box in the same coordinates, 0 to 1; two boxes without area have 0.</summary>
    /// <param name="other">The other box.</param>
    public double OverlapWith(BoundingBox other)
    {
        var common = new BoundingBox(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom));
        double union = Area + other.Area - common.Area;
        return union > 0 ? common.Area / union : 0;
    }

    /// <summary>The same box in units of which the old ones hold so many.</summary>
    /// <param name="horizontal">New units in an old one, for x.</param>
    /// <param name="vertical">New units in an old one, for y.</param>
    public BoundingBox Scale(double horizontal, double vertical) => new(Left * horizontal, Top * vertical, Right * horizontal, Bottom * vertical);
}
