namespace MaskedPretraining.Core.Attention;

/// <summary>Which pixels of an image belong to its object.</summary>
public sealed class ObjectMask
{
    /// <summary>Wraps a mask.</summary>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="inside">True inside, <c>[height, width]</c>; not copied.</param>
    /// <exception cref="ArgumentException">The number of pixels does not fit.</exception>
    public ObjectMask(int height, int width, bool[] inside)
    {
        ArgumentNullException.ThrowIfNull(inside);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(inside.LongLength, (long)height * width, nameof(inside));
        (Height, Width, Inside) = (height, width, inside);
        Area = inside.Count(pixel => pixel);
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>True inside, <c>[Height, Width]</c>.</summary>
    public bool[] Inside { get; }

    /// <summary>Pixels inside.</summary>
    public int Area { get; }

    /// <summary>The tight box in pixels, right and lower side excluded; null for an empty mask.</summary>
    public BoundingBox? Box
    {
        get
        {
            (int left, int top, int right, int bottom) = (Width, Height, 0, 0);
            for (int pixel = 0; pixel < Inside.Length; pixel++)
            {
                if (Inside[pixel])
                {
                    var (y, x) = Math.DivRem(pixel, Width);
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
                }
            }

            return Area == 0 ? null : new BoundingBox(left, top, right, bottom);
        }
    }
}
