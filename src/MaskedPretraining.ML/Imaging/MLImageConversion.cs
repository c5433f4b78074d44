using System.Buffers;
using System.Runtime.Intrinsics;
using MaskedPretraining.Core.Imaging;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Imaging;

/// <summary>Copies pixels between ML.NET's images (four bytes a pixel) and ours (red, green, blue).</summary>
/// <remarks>
/// Colour bytes are taken as they are and alpha is ignored, as ExtractPixels does it, so that an encoder is trained on exactly what a pipeline shows it later.
/// Where ML.NET's decoder multiplies colours by alpha, transparent areas are black.
/// </remarks>
internal static class MLImageConversion
{
    private const int BytesAPixel = 4;
    private const byte Zero = 0x80;

    public static RgbImage ToRgb(MLImage image)
    {
        var pixels = new byte[image.Width * image.Height * 3];
        ToRgb(image, pixels);
        return new RgbImage(image.Width, image.Height, pixels);
    }

    /// <summary>Copies the colours of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="pixels"><c>[height, width, 3]</c>.</param>
    public static void ToRgb(MLImage image, Span<byte> pixels)
    {
        var source = image.Pixels;
        bool blueFirst = image.PixelFormat == MLPixelFormat.Bgra32;
        (int red, int blue) = blueFirst ? (2, 0) : (0, 2);
        var fourPixels = blueFirst
            ? Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, Zero, Zero, Zero, Zero)
            : Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, Zero, Zero, Zero, Zero);
        int from = 0, to = 0;
        for (; to + Vector128<byte>.Count <= pixels.Length; from += 4 * BytesAPixel, to += 4 * 3)
        {
            Vector128.Shuffle(Vector128.Create(source[from..]), fourPixels).CopyTo(pixels[to..]);
        }

        for (; to < pixels.Length; from += BytesAPixel, to += 3)
        {
            pixels[to] = source[from + red];
            pixels[to + 1] = source[from + 1];
            pixels[to + 2] = source[from + blue];
        }
    }

    /// <summary>An opaque image of the same pixels; grey images (one channel) become grey in colour.</summary>
    public static MLImage FromRgb(ImageBuffer image, string name)
    {
        if (image.Channels is not (1 or 3))
        {
            throw new ImageFormatException(name, $"an image column holds images of 1 or 3 channels, and this one has {image.Channels}; give its pixels as a vector column instead.");
        }

        int length = image.Width * image.Height * BytesAPixel;
        byte[] pixels = ArrayPool<byte>.Shared.Rent(length);
        Widen(image.Pixels, image.Channels, pixels.AsSpan(0, length));
        var result = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Bgra32, pixels.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(pixels);
        result.Tag = name;
        return result;
    }

    private static void Widen(ReadOnlySpan<byte> source, int channels, Span<byte> pixels)
    {
        int green = channels == 3 ? 1 : 0;
        int blue = channels == 3 ? 2 : 0;
        int from = 0, to = 0;
        var fourPixels = Vector128.Create((byte)2, 1, 0, Zero, 5, 4, 3, Zero, 8, 7, 6, Zero, 11, 10, 9, Zero);
        var opaque = Vector128.Create((uint)byte.MaxValue << 24).AsByte();
        for (; channels == 3 && from + Vector128<byte>.Count <= source.Length; from += 4 * 3, to += 4 * BytesAPixel)
        {
            (Vector128.Shuffle(Vector128.Create(source[from..]), fourPixels) | opaque).CopyTo(pixels[to..]);
        }

        for (; to < pixels.Length; from += channels, to += BytesAPixel)
        {
            pixels[to] = source[from + blue];
            pixels[to + 1] = source[from + green];
            pixels[to + 2] = source[from];
            pixels[to + 3] = byte.MaxValue;
        }
    }
}
