using System.Runtime.Intrinsics.X86;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// Resizes eight-bit images to the very bytes that Pillow's <c>Image.resize</c> returns: the box is cut out first, the kernel's support grows with the
/// shrink factor, weights have 22 fraction bits, the horizontal pass comes first and is rounded to bytes, an axis that keeps its size is skipped.
/// </summary>
/// <remarks>Keeps its buffers from image to image. Not thread safe: one a thread.</remarks>
public sealed class PilResampler
{
    private readonly HorizontalResampling _horizontal;
    private readonly VerticalResampling _vertical;

    /// <summary>Creates a resampler.</summary>
    /// <param name="filter">The kernel.</param>
    public PilResampler(ResampleFilter filter)
        : this(filter, AvxVnni.IsSupported)
    {
    }

    /// <summary>Creates a resampler that multiplies in one way or another; the bytes are the same.</summary>
    /// <param name="filter">The kernel.</param>
    /// <param name="withDotProducts">Whether to multiply bytes with AVX-VNNI, which the processor must have.</param>
    internal PilResampler(ResampleFilter filter, bool withDotProducts) =>
        (_horizontal, _vertical) = (new(filter, withDotProducts ? new() : null), new(filter, withDotProducts ? new() : null));

    /// <summary>Cuts a box out of an image and resizes it.</summary>
    /// <param name="image">The image, any number of channels (three are fastest).</param>
    /// <param name="box">What to cut out; lies inside the image. Pixels outside it are not used.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the image, or a side is below 1.</exception>
    public RgbImage Resize(RgbImage image, CropBox box, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        byte[] pixels = new byte[height * width * image.Channels];
        Resize(image, box, height, width, pixels);
        return new RgbImage(width, height, pixels, image.Channels);
    }

    /// <summary>Cuts a box out of an image and resizes it into a buffer.</summary>
    /// <param name="image">The image.</param>
    /// <param name="box">What to cut out; lies inside the image.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <param name="destination"><c>[height, width, channels]</c> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the image, or a side is below 1.</exception>
    /// <exception cref="ArgumentException">The destination has another size.</exception>
    public void Resize(RgbImage image, CropBox box, int height, int width, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        Resize((PixelView)image, box, height, width, false, destination);
    }

    /// <summary>Cuts a box out of an image, resizes it and mirrors it left to right if asked, into a buffer.</summary>
    internal void Resize(PixelView image, CropBox box, int height, int width, bool flip, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (box.Top < 0 || box.Left < 0 || box.Height < 1 || box.Width < 1 || box.Top > image.Height - box.Height || box.Left > image.Width - box.Width)
        {
            throw new ArgumentOutOfRangeException(nameof(box), box, $"The box must lie inside the image of {image.Width}x{image.Height} pixels.");
        }

        if (destination.Length != height * width * image.Channels)
        {
            throw new ArgumentException($"{height}x{width} pixels of {image.Channels} channels need {height * width * image.Channels} bytes, but the destination has {destination.Length}.", nameof(destination));
        }

        int stride = image.Width * image.Channels;
        int rowLength = width * image.Channels;
        ReadOnlySpan<byte> source = image.Pixels[((box.Top * image.Width + box.Left) * image.Channels)..];
        if (box.Width != width)
        {
            source = _horizontal.Run(source, stride, box.Height, box.Width, width, image.Channels, flip, out stride);
            flip = false;
        }

        if (box.Height != height)
        {
            _vertical.Run(source, stride, box.Height, height, rowLength, destination);
        }
        else
        {
            for (int y = 0; y < height; y++)
            {
                source.Slice(y * stride, rowLength).CopyTo(destination[(y * rowLength)..]);
            }
        }

        if (flip)
        {
            HorizontalFlip.Apply(destination, width, image.Channels);
        }
    }
}
