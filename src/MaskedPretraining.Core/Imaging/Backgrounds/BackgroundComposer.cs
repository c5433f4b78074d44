using MaskedPretraining.Core.Attention;

namespace MaskedPretraining.Core.Imaging.Backgrounds;

/// <summary>Takes photos apart into object and background, and puts them together anew.</summary>
internal static class BackgroundComposer
{
    /// <summary>Pixels of one image inside of a mask and of another outside; null stands for black. All have the same size.</summary>
    public static RgbImage Join(ObjectMask mask, RgbImage? inside, RgbImage? outside)
    {
        int channels = (inside ?? outside)!.Channels;
        byte[] pixels = new byte[mask.Inside.Length * channels];
        for (int pixel = 0; pixel < mask.Inside.Length; pixel++)
        {
            if ((mask.Inside[pixel] ? inside : outside) is { } source)
            {
                source.Pixels.AsSpan(pixel * channels, channels).CopyTo(pixels.AsSpan(pixel * channels));
            }
        }

        return new RgbImage(mask.Width, mask.Height, pixels, channels);
    }

    /// <summary>An image with a box in black.</summary>
    public static RgbImage BlackenBox(RgbImage image, CropBox box)
    {
        byte[] pixels = [.. image.Pixels];
        for (int y = box.Top; y < box.Top + box.Height; y++)
        {
            pixels.AsSpan((y * image.Width + box.Left) * image.Channels, box.Width * image.Channels).Clear();
        }

        return new RgbImage(image.Width, image.Height, pixels, image.Channels);
    }

    /// <summary>
    /// An image with a box covered by tiles of the largest strip beside it: all rows above or below the box, or all columns to its left or right. Tiles start at the strip's own place and repeat
    /// over the whole image like a wallpaper, which is seen through the box. A box that leaves no strip becomes black.
    /// </summary>
    public static RgbImage TileBox(RgbImage image, CropBox box)
    {
        CropBox[] strips =
        [
            new(0, 0, box.Top, image.Width),
            new(box.Top + box.Height, 0, image.Height - box.Top - box.Height, image.Width),
            new(0, 0, image.Height, box.Left),
            new(0, box.Left + box.Width, image.Height, image.Width - box.Left - box.Width),
        ];
        var strip = strips.MaxBy(candidate => candidate.Height * candidate.Width);
        if (strip.Height * strip.Width == 0)
        {
            return BlackenBox(image, box);
        }

        byte[] pixels = [.. image.Pixels];
        for (int y = box.Top; y < box.Top + box.Height; y++)
        {
            int fromY = strip.Top + Modulo(y - strip.Top, strip.Height);
            for (int x = box.Left; x < box.Left + box.Width; x++)
            {
                int fromX = strip.Left + Modulo(x - strip.Left, strip.Width);
                image.Pixels.AsSpan((fromY * image.Width + fromX) * image.Channels, image.Channels).CopyTo(pixels.AsSpan((y * image.Width + x) * image.Channels));
            }
        }

        return new RgbImage(image.Width, image.Height, pixels, image.Channels);
    }

    private static int Modulo(int value, int length) => (value % length + length) % length;
}
