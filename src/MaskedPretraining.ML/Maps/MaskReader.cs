using MaskedPretraining.Core.Attention;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Imaging;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace MaskedPretraining.ML.Maps;

/// <summary>Reads object masks of a column: images or vectors.</summary>
internal static class MaskReader
{
    /// <summary>What reads the mask of a row's current position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column holds no masks.</exception>
    public static Func<ObjectMask> Create(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        ImageDataViewType => OfImages(row, column),
        VectorDataViewType { IsKnownSize: true, Dimensions: [var height, var width] } vector when vector.ItemType == NumberDataViewType.Single =>
            OfVectors(row.GetGetter<VBuffer<float>>(column), height, width, value => value != 0),
        VectorDataViewType { IsKnownSize: true, Dimensions: [var height, var width] } vector when vector.ItemType == NumberDataViewType.Byte =>
            OfVectors(row.GetGetter<VBuffer<byte>>(column), height, width, value => value != 0),
        _ => throw ColumnErrors.Mismatch($"Column '{column.Name}' holds {column.Type}, but masks are images, or vectors of Single or Byte [height, width]."),
    };

    private static Func<ObjectMask> OfImages(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<MLImage>(column);
        MLImage? image = null;
        return () =>
        {
            getter(ref image!);
            return ObjectMask.FromImage(MLImageConversion.ToRgb(image ?? throw new ArgumentException("There is no mask.")));
        };
    }

    private static Func<ObjectMask> OfVectors<T>(ValueGetter<VBuffer<T>> getter, int height, int width, Func<T, bool> isInside)
    {
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return new ObjectMask(height, width, [.. buffer.DenseValues().Select(isInside)]);
        };
    }
}
