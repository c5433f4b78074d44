using System.Runtime.InteropServices;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// Holds one image at a time for a thread that looks at many: in memory that is used again for the next one, or where its source keeps the pixels, without a copy.
/// Not thread safe: one a thread.
/// </summary>
public sealed unsafe class ImageBuffer
{
    private byte[] _own = [];
    private byte[] _encoded = [];
    private byte[] _shown = [];
    private RgbImage? _image;
    private SafeBuffer? _lender;
    private byte* _lent;

    /// <summary>Pixels in a row; 0 before the first image.</summary>
    public int Width { get; private set; }

    /// <summary>Rows.</summary>
    public int Height { get; private set; }

    /// <summary>Bytes a pixel.</summary>
    public int Channels { get; private set; }

    /// <summary>The bytes, <c>[Height, Width, Channels]</c>. Valid until the next image comes or this one is released.</summary>
    public ReadOnlySpan<byte> Pixels => _lender is null ? _shown.AsSpan(0, Length) : new ReadOnlySpan<byte>(_lent, Length);

    private int Length => Width * Height * Channels;

    /// <summary>Makes room for an image in the buffer's own memory.</summary>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">Bytes a pixel. Default 3: red, green, blue.</param>
    /// <returns>The bytes to fill, <c>[height, width, channels]</c>; what they hold is undefined.</returns>
    public Span<byte> Reserve(int width, int height, int channels = 3)
    {
        int length = Take(width, height, channels);
        _shown = Room(ref _own, length);
        return _own.AsSpan(0, length);
    }

    /// <summary>Shows an image where it is.</summary>
    /// <param name="image">The image; its pixels are not copied.</param>
    public void Show(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Take(image.Width, image.Height, image.Channels);
        (_shown, _image) = (image.Pixels, image);
    }

    /// <summary>The image that is shown, or a copy of pixels that are not its own.</summary>
    public RgbImage ToImage() => _image ?? new(Width, Height, Pixels.ToArray(), Channels);

    /// <summary>Lets go of the image, so that a source that lent it can close its file. The buffer can take another one.</summary>
    public void Release()
    {
        _lender?.ReleasePointer();
        (_lender, _shown, _image, Width, Height, Channels) = (null, [], null, 0, 0, 0);
        _lent = null;
    }

    /// <summary>The image, for a <c>using</c> that lets go of it.</summary>
    internal PixelView View() => new(Width, Height, Channels, Pixels, this);

    /// <summary>Shows pixels that lie in memory of somebody else, who keeps it until they are let go.</summary>
    /// <param name="lender">The memory.</param>
    /// <param name="offset">Where the pixels begin.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Bytes a pixel.</param>
    /// <exception cref="ObjectDisposedException">The memory was given up already.</exception>
    internal void Borrow(SafeBuffer lender, long offset, int width, int height, int channels)
    {
        byte* start = null;
        lender.AcquirePointer(ref start);
        Take(width, height, channels);
        _lender = lender;
        _lent = start + offset;
    }

    /// <summary>Room for the file that an image is decoded from; at least so many bytes, whose contents are undefined.</summary>
    internal byte[] RoomForFile(int length) => Room(ref _encoded, length);

    private static byte[] Room(ref byte[] memory, int length)
    {
        if (memory.Length < length)
        {
            // Photos differ in size; doubling ends the search for room after a few of them.
            memory = GC.AllocateUninitializedArray<byte>((int)Math.Max(length, Math.Min(2L * memory.Length, Array.MaxLength)));
        }

        return memory;
    }

    private int Take(int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        int length = checked(width * height * channels);
        Release();
        (Width, Height, Channels) = (width, height, channels);
        return length;
    }
}
