namespace MaskedPretraining.Core.Imaging;

/// <summary>An eight-bit image in memory, row by row, channels interleaved: <c>Pixels[(y * Width + x) * Channels + c]</c>.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps pixels.</summary>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels"><c>height * width * channels</c> bytes, not copied.</param>
    /// <param name="channels">Bytes a pixel. Default 3: red, green, blue.</param>
    public RgbImage(int width, int height, byte[] pixels, int channels = 3)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        if (pixels.LongLength != (long)width * height * channels)
        {
            throw new ArgumentException($"An image of {width}x{height} pixels with {channels} channels needs {(long)width * height * channels} bytes, but there are {pixels.Length}.", nameof(pixels));
        }

        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes a pixel.</summary>
    public int Channels { get; }

    /// <summary>The bytes, <c>[Height, Width, Channels]</c>.</summary>
    public byte[] Pixels { get; }
}
