namespace MaskedPretraining.Core.Imaging;

/// <summary>Turns an encoded image (JPEG, PNG, ...) into pixels. The one seam through which files become images: managed code here, decoders outside.</summary>
public interface IImageDecoder
{
    /// <summary>Decodes an image as stored: three channels, no rotation by EXIF (the caller applies it).</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What to call it in a message.</param>
    /// <exception cref="ImageFormatException">The bytes are no image that this decoder knows.</exception>
    RgbImage Decode(byte[] encoded, string name);

    /// <summary>Decodes an image as stored into a buffer. Decoders that can, do so without leaving pixels to the garbage collector.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What to call it in a message.</param>
    /// <param name="buffer">Holds the image.</param>
    /// <exception cref="ImageFormatException">The bytes are no image that this decoder knows.</exception>
    void Decode(ReadOnlyMemory<byte> encoded, string name, ImageBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        buffer.Show(Decode(encoded.ToArray(), name));
    }
}
