using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Training;

/// <summary>What makes an image of a row's current position; null if the row has none.</summary>
internal static class RowImageReader
{
    /// <summary>A reader of an image column.</summary>
    public static Func<RowNames, RgbImage?> OfImages(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<MLImage>(column);
        MLImage? image = null;
        return _ =>
        {
            // A getter that made the previous row's image disposes of it; one of images in memory leaves them as they are, and so do we.
            getter(ref image!);
            return image is null ? null : MLImageConversion.ToRgb(image);
        };
    }

    /// <summary>A reader of a column of C*H*W values in 0..255, planes one after the other.</summary>
    public static Func<RowNames, RgbImage?> OfVectors(DataViewRow row, DataViewSchema.Column column, VisionTransformerOptions architecture) =>
        ((VectorDataViewType)column.Type).ItemType == NumberDataViewType.Byte
            ? OfNumbers<byte>(row, column, architecture, (value, _) => value)
            : OfNumbers<float>(row, column, architecture, (value, name) => ToByte(value, column.Name, name));

    private static Func<RowNames, RgbImage?> OfNumbers<T>(DataViewRow row, DataViewSchema.Column column, VisionTransformerOptions architecture, Func<T, RowNames, byte> toByte)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        var (channels, height, width) = (architecture.Channels, architecture.ImageHeight, architecture.ImageWidth);
        var planes = new T[channels * height * width];
        return names =>
        {
            getter(ref buffer);
            if (buffer.Length != planes.Length)
            {
                return null;
            }

            buffer.CopyTo(planes);
            var pixels = new byte[planes.Length];
            int area = height * width;
            for (int from = 0; from < planes.Length; from++)
            {
                pixels[(from % area * channels) + (from / area)] = toByte(planes[from], names);
            }

            return new RgbImage(width, height, pixels, channels);
        };
    }

    private static byte ToByte(float value, string column, RowNames names) => value is >= 0 and <= 255
        ? (byte)MathF.Round(value)
        : throw new InvalidDataException(
            $"Column '{column}' holds {value} in {names.Current}, but pixels must lie in 0..255. Leave offsetImage and scaleImage of ExtractPixels at 0 and 1: the encoder normalises by itself.");
}
