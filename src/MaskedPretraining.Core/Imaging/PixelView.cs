namespace MaskedPretraining.Core.Imaging;

/// <summary>Pixels of an image, wherever they lie.</summary>
/// <param name="width">Pixels in a row.</param>
/// <param name="height">Rows.</param>
/// <param name="channels">Bytes a pixel.</param>
/// <param name="pixels"><c>[height, width, channels]</c>.</param>
/// <param name="holder">What holds them until disposal; null if nothing has to be let go.</param>
internal readonly ref struct PixelView(int width, int height, int channels, ReadOnlySpan<byte> pixels, ImageBuffer? holder = null)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public int Channels { get; } = channels;

    public ReadOnlySpan<byte> Pixels { get; } = pixels;

    /// <summary>The whole image.</summary>
    public CropBox Box => new(0, 0, Height, Width);

    /// <summary>Lets go of the pixels.</summary>
    public void Dispose() => holder?.Release();

    public static implicit operator PixelView(RgbImage image) => new(image.Width, image.Height, image.Channels, image.Pixels);
}
