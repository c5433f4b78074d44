using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Imaging;
using MaskedPretraining.ML.Maps;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Segmentation;

/// <summary>Reads masks of classes of a column: images or vectors.</summary>
internal static class ClassMaskReader
{
    /// <summary>The column of a name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or holds no masks.</exception>
    public static DataViewSchema.Column Find(DataViewSchema schema, string name)
    {
        var column = schema.Require(name);
        return column.Type is ImageDataViewType || IsVectorOf(column.Type, NumberDataViewType.Single) || IsVectorOf(column.Type, NumberDataViewType.Byte)
            ? column
            : throw ColumnErrors.Mismatch($"Column '{name}' holds {column.Type}, but masks are images, or vectors of Single or Byte [height, width]. Add Transforms.LoadImages for files.");
    }

    /// <summary>What reads the mask of a row's current position.</summary>
    public static Func<ClassMask> Create(DataViewRow row, DataViewSchema.Column column, SegmentationMasks masks)
    {
        if (masks == SegmentationMasks.Objects)
        {
            var objects = MaskReader.Create(row, column);
            return () => ClassMask.Of(objects());
        }

        return column.Type switch
        {
            ImageDataViewType => OfImages(row, column),
            VectorDataViewType { Dimensions: [var height, var width] } vector when vector.ItemType == NumberDataViewType.Byte => OfVectors(row.GetGetter<VBuffer<byte>>(column), height, width, value => value),
            VectorDataViewType { Dimensions: [var height, var width] } => OfVectors(row.GetGetter<VBuffer<float>>(column), height, width, Whole),
            _ => throw new InvalidOperationException($"Column '{column.Name}' was not checked."),
        };
    }

    private static bool IsVectorOf(DataViewType type, DataViewType item) => type is VectorDataViewType { IsKnownSize: true, Dimensions.Length: 2 } vector && vector.ItemType == item;

    private static Func<ClassMask> OfImages(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<MLImage>(column);
        MLImage? image = null;
        return () =>
        {
            getter(ref image!);
            var pixels = MLImageConversion.ToRgb(image ?? throw new ArgumentException("There is no mask."));
            byte[] classes = new byte[pixels.Width * pixels.Height];
            for (int pixel = 0; pixel < classes.Length; pixel++)
            {
                var (red, green, blue) = (pixels.Pixels[pixel * 3], pixels.Pixels[(pixel * 3) + 1], pixels.Pixels[(pixel * 3) + 2]);
                classes[pixel] = red == green && red == blue
                    ? red
                    : throw new ArgumentException(
                        $"Pixel {pixel % pixels.Width}, {pixel / pixels.Width} (x, y) of the mask is coloured ({red}, {green}, {blue}), but class numbers are grey. Masks that show classes as colours of a palette must be converted to class numbers.");
            }

            return new ClassMask(pixels.Height, pixels.Width, classes);
        };
    }

    private static Func<ClassMask> OfVectors<T>(ValueGetter<VBuffer<T>> getter, int height, int width, Func<T, byte> number)
    {
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return new ClassMask(height, width, [.. buffer.DenseValues().Select(number)]);
        };
    }

    private static byte Whole(float value) => value is >= 0 and <= byte.MaxValue && value == MathF.Truncate(value)
        ? (byte)value
        : throw new ArgumentException($"The mask holds {value}, but class numbers are whole numbers from 0 to {byte.MaxValue}.");
}
