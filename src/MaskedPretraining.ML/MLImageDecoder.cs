using System.Runtime.InteropServices;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.ML.Imaging;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML;

/// <summary>Decodes image files with the decoder of ML.NET's <see cref="MLImage"/> (JPEG and PNG everywhere; what else depends on it).</summary>
/// <remarks>
/// Grey and CMYK images come out with three channels. Alpha is ignored and colour bytes are taken as ML.NET has them, so transparent areas look as ExtractPixels shows
/// them to a model. No rotation is applied: sources of this library do that themselves. Thread safe.
/// </remarks>
public sealed class MLImageDecoder : IImageDecoder
{
    /// <inheritdoc/>
    public RgbImage Decode(byte[] encoded, string name)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        var buffer = new ImageBuffer();
        Decode(encoded, name, buffer);
        return buffer.ToImage();
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> encoded, string name, ImageBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(buffer);
        if (encoded.IsEmpty)
        {
            throw new ImageFormatException(name, "the file is empty.");
        }

        if (!MemoryMarshal.TryGetArray(encoded, out var bytes))
        {
            bytes = encoded.ToArray();
        }

        try
        {
            using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false, publiclyVisible: true);
            using var image = MLImage.CreateFromStream(stream);
            MLImageConversion.ToRgb(image, buffer.Reserve(image.Width, image.Height));
        }
        catch (ArgumentException exception)
        {
            throw new ImageFormatException(name, "it is damaged or of a format that ML.NET's decoder does not know; convert it to JPEG or PNG, or remove it.", exception);
        }
    }
}
