namespace MaskedPretraining.Core.Imaging;

/// <summary>From the bytes of an image file to upright pixels.</summary>
public static class EncodedImage
{
    /// <summary>Decodes an image and turns it upright by its EXIF orientation.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What to call it in a message, for example its path.</param>
    /// <param name="decoder">Knows the formats.</param>
    /// <exception cref="ImageFormatException">The bytes are no image that the decoder knows; the message names it.</exception>
    public static RgbImage Decode(byte[] encoded, string name, IImageDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        ArgumentNullException.ThrowIfNull(decoder);
        var buffer = new ImageBuffer();
        Decode(encoded, name, decoder, buffer);
        return buffer.ToImage();
    }

    /// <summary>Decodes an image into a buffer and turns it upright by its EXIF orientation.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What to call it in a message, for example its path.</param>
    /// <param name="decoder">Knows the formats.</param>
    /// <param name="buffer">Holds the image.</param>
    /// <exception cref="ImageFormatException">The bytes are no image that the decoder knows; the message names it.</exception>
    internal static void Decode(ReadOnlyMemory<byte> encoded, string name, IImageDecoder decoder, ImageBuffer buffer)
    {
        ImageHeader header = ImageHeader.Read(encoded.Span, name);
        try
        {
            decoder.Decode(encoded, name, buffer);
        }
        catch (Exception exception) when (exception is not (ImageFormatException or OutOfMemoryException))
        {
            // Decoders are outside code over damaged input; whatever they throw is about this one image and must not end a run over thousands.
            throw new ImageFormatException(name, $"the decoder failed on its {header.Width}x{header.Height} pixels ({exception.Message})", exception);
        }

        ExifOrientation.Apply(buffer, header.Orientation);
    }
}
