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
        ArgumentNullException.ThrowIfNull(name);
        if (encoded.Length == 0)
        {
            throw new ImageFormatException(name, "the file is empty.");
        }

        try
        {
            using var stream = new MemoryStream(encoded, writable: false);
            using var image = MLImage.CreateFromStream(stream);
            return MLImageConversion.ToRgb(image);
        }
        catch (ArgumentException exception)
        {
            throw new ImageFormatException(name, "it is damaged or of a format that ML.NET's decoder does not know; convert it to JPEG or PNG, or remove it.", exception);
        }
    }
}
