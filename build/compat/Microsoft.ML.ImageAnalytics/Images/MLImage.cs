using System.Buffers;
using Microsoft.ML.ImageAnalytics;

namespace Microsoft.ML.Data;

/// <summary>An image of 4 bytes a pixel, colours premultiplied by alpha.</summary>
public sealed class MLImage : IDisposable
{
    private readonly int _width;
    private readonly int _height;
    private readonly MLPixelFormat _pixelFormat;
    private readonly bool _isRented;
    private byte[] _pixels;
    private string _tag;

    /// <param name="isRented">Whether the pixels are from the shared pool, to which they go back on disposal.</param>
    internal MLImage(int width, int height, MLPixelFormat pixelFormat, byte[] pixels, bool isRented = false)
    {
        _width = width;
        _height = height;
        _pixelFormat = pixelFormat;
        _pixels = pixels;
        _isRented = isRented;
    }

    public int Width => Alive(_width);

    public int Height => Alive(_height);

    public int BitsPerPixel => Alive(32);

    public MLPixelFormat PixelFormat => Alive(_pixelFormat);

    public ReadOnlySpan<byte> Pixels => Alive(_pixels).AsSpan(0, _width * _height * 4);

    public byte[] GetBGRPixels => PixelConversion.ToBgr(Pixels, _pixelFormat);

    public string Tag
    {
        get => Alive(_tag);
        set
        {
            Alive(0);
            _tag = value;
        }
    }

    public static MLImage CreateFromStream(Stream imageStream)
    {
        ArgumentNullException.ThrowIfNull(imageStream);
        return Decode(imageStream) ?? throw new ArgumentException("Invalid input stream contents", nameof(imageStream));
    }

    public static MLImage CreateFromFile(string imagePath)
    {
        ArgumentNullException.ThrowIfNull(imagePath);
        return (File.Exists(imagePath) ? ImageDecoder.Decode(File.ReadAllBytes(imagePath)) : null) ?? throw new ArgumentException("Invalid path", nameof(imagePath));
    }

    public static MLImage CreateFromPixels(int width, int height, MLPixelFormat pixelFormat, ReadOnlySpan<byte> imagePixelData)
    {
        if (pixelFormat is not (MLPixelFormat.Bgra32 or MLPixelFormat.Rgba32))
            throw new ArgumentException("Unsupported pixel format", nameof(pixelFormat));
        if (width <= 0)
            throw new ArgumentException("Invalid width value.", nameof(width));
        if (height <= 0)
            throw new ArgumentException("Invalid height value.", nameof(height));
        if (imagePixelData.Length != (long)width * height * 4)
            throw new ArgumentException($"Invalid {nameof(imagePixelData)} buffer size.");
        return new MLImage(width, height, pixelFormat, imagePixelData.ToArray());
    }

    public void Save(string imagePath)
    {
        Alive(0);
        byte[] bytes = Path.GetExtension(imagePath).ToLowerInvariant() switch
        {
            ".png" => PngCodec.Encode(_width, _height, PixelConversion.ToStraightBgra(Pixels, _pixelFormat)),
            ".jpg" or ".jpeg" => JpegCodec.Encode(_width, _height, PixelConversion.ToStraightBgra(Pixels, _pixelFormat)),
            _ => throw new ArgumentException("Path has invalid image file extension.", nameof(imagePath)),
        };
        File.WriteAllBytes(imagePath, bytes);
    }

    public void Dispose()
    {
        if (_isRented && Interlocked.Exchange(ref _pixels, null) is { } pixels)
            ArrayPool<byte>.Shared.Return(pixels);
        _pixels = null;
    }

    private static MLImage Decode(Stream stream)
    {
        if (stream is MemoryStream memory && memory.TryGetBuffer(out ArraySegment<byte> file))
            return ImageDecoder.Decode(file.AsSpan((int)memory.Position));
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return ImageDecoder.Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private T Alive<T>(T value) => _pixels == null ? throw new InvalidOperationException("Object is disposed.") : value;
}
