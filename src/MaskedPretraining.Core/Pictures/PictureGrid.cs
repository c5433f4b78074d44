using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Pictures;

/// <summary>Sets pictures side by side.</summary>
public static class PictureGrid
{
    /// <summary>Arranges RGB images in rows on white, each in the middle of a cell as large as the largest of them.</summary>
    /// <param name="images">The images, row by row; three channels each.</param>
    /// <param name="columns">Images in a row, at least 1.</param>
    /// <param name="enlarge">Each pixel becomes a square of this side, at least 1.</param>
    /// <param name="gap">White pixels between cells and around them.</param>
    /// <exception cref="ArgumentException">There is no image, or one has other channels.</exception>
    public static RgbImage Arrange(IReadOnlyList<RgbImage> images, int columns, int enlarge = 1, int gap = 4)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(enlarge);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        if (images.Count == 0 || images.Any(image => image.Channels != 3))
        {
            throw new ArgumentException("A picture needs at least one image, each with three channels.", nameof(images));
        }

        int cellWidth = images.Max(image => image.Width) * enlarge;
        int cellHeight = images.Max(image => image.Height) * enlarge;
        int rows = (images.Count + columns - 1) / columns;
        int width = columns * (cellWidth + gap) + gap;
        int height = rows * (cellHeight + gap) + gap;
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, (byte)255);
        for (int number = 0; number < images.Count; number++)
        {
            RgbImage image = images[number];
            int left = gap + number % columns * (cellWidth + gap) + (cellWidth - image.Width * enlarge) / 2;
            int top = gap + number / columns * (cellHeight + gap) + (cellHeight - image.Height * enlarge) / 2;
            Draw(image, enlarge, pixels.AsSpan((top * width + left) * 3), width * 3);
        }

        return new RgbImage(width, height, pixels);
    }

    private static void Draw(RgbImage image, int enlarge, Span<byte> target, int stride)
    {
        for (int y = 0; y < image.Height * enlarge; y++)
        {
            for (int x = 0; x < image.Width * enlarge; x++)
            {
                image.Pixels.AsSpan((y / enlarge * image.Width + x / enlarge) * 3, 3).CopyTo(target[(y * stride + x * 3)..]);
            }
        }
    }
}
