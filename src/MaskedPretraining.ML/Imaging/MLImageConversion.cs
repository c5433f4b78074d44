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

    public static RgbImage ToRgb(MLImage image)
    {
        var source = image.Pixels;
        bool blueFirst = image.PixelFormat == MLPixelFormat.Bgra32;
        (int red, int blue) = blueFirst ? (2, 0) : (0, 2);
        int count = image.Width * image.Height;
        var pixels = new byte[count * 3];
        for (int from = 0, to = 0; to < pixels.Length; from += BytesAPixel, to += 3)
        {
            pixels[to] = source[from + red];
            pixels[to + 1] = source[from + 1];
            pixels[to + 2] = source[from + blue];
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }

    /// <summary>An opaque image of the same pixels; grey images (one channel) become grey in colour.</summary>
    public static MLImage FromRgb(RgbImage image, string name)
    {
        if (image.Channels is not (1 or 3))
        {
            throw new ImageFormatException(name, $"an image column holds images of 1 or 3 channels, and this one has {image.Channels}; give its pixels as a vector column instead.");
        }

        int green = image.Channels == 3 ? 1 : 0;
        int blue = image.Channels == 3 ? 2 : 0;
        var source = image.Pixels;
        var pixels = new byte[image.Width * image.Height * BytesAPixel];
        for (int from = 0, to = 0; to < pixels.Length; from += image.Channels, to += BytesAPixel)
        {
            pixels[to] = source[from + blue];
            pixels[to + 1] = source[from + green];
            pixels[to + 2] = source[from];
            pixels[to + 3] = byte.MaxValue;
        }

        var result = MLImage.CreateFromPixels(image.Width, image.Height, MLPixelFormat.Bgra32, pixels);
        result.Tag = name;
        return result;
    }
}
