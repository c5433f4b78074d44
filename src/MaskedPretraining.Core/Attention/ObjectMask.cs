using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Attention;

/// <summary>Which pixels of an image belong to its object.</summary>
public sealed class ObjectMask
{
    private const byte HalfBright = 127;

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

    /// <summary>The mask that an image shows: inside where its first channel is more than half bright.</summary>
    /// <param name="image">Any size and channels.</param>
    public static ObjectMask FromImage(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        bool[] inside = new bool[image.Width * image.Height];
        for (int pixel = 0; pixel < inside.Length; pixel++)
        {
            inside[pixel] = image.Pixels[pixel * image.Channels] > HalfBright;
        }

        return new ObjectMask(image.Height, image.Width, inside);
    }

    /// <summary>The mask as a picture of one channel, white inside.</summary>
    public RgbImage ToImage() => new(Width, Height, Array.ConvertAll(Inside, isInside => isInside ? byte.MaxValue : (byte)0), channels: 1);

    /// <summary>The mask at another size: each pixel takes the nearest one's value.</summary>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    public ObjectMask Resize(int height, int width)
    {
        if ((height, width) == (Height, Width))
        {
            return this;
        }

        bool[] inside = new bool[height * width];
        for (int pixel = 0; pixel < inside.Length; pixel++)
        {
            // The middle of the pixel, in the old one's units; twice as large to stay with whole numbers.
            long y = (2L * (pixel / width) + 1) * Height / (2L * height);
            long x = (2L * (pixel % width) + 1) * Width / (2L * width);
            inside[pixel] = Inside[(int)(y * Width + x)];
        }

        return new ObjectMask(height, width, inside);
    }
}
