using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Maps;

/// <summary>Scores maps of a data view row by row.</summary>
internal static class MapEvaluation
{
    private const int BoxLength = 4;

    /// <param name="data">The rows.</param>
    /// <param name="mapColumnName">The maps' column.</param>
    /// <param name="truthColumnName">The masks' or boxes' column.</param>
    /// <param name="isMask">Which of the two.</param>
    /// <param name="tolerance">Pixels that the pointing game forgives.</param>
    public static AttentionMapMetrics Run(IDataView data, string mapColumnName, string truthColumnName, bool isMask, double tolerance)
    {
        var mapColumn = data.Schema.Require(mapColumnName);
        var grid = GridOf(mapColumn);
        var truthColumn = data.Schema.Require(truthColumnName);
        var evaluator = new AttentionMapEvaluator(tolerance);
        using var cursor = data.GetRowCursor([mapColumn, truthColumn]);
        var mapGetter = cursor.GetGetter<VBuffer<float>>(mapColumn);
        Action<AttentionGrid> add;
        if (isMask)
        {
            var mask = MaskReader.Create(cursor, truthColumn);
            add = map => evaluator.Add(map, mask());
        }
        else
        {
            var boxes = BoxGetter(cursor, truthColumn);
            add = map => evaluator.Add(map, boxes());
        }

        VBuffer<float> buffer = default;
        while (cursor.MoveNext())
        {
            try
            {
                mapGetter(ref buffer);
                add(new AttentionGrid(grid, [.. buffer.DenseValues()]));
            }
            catch (ArgumentException exception)
            {
                throw new InvalidDataException($"Row {cursor.Position} cannot be scored (maps of column '{mapColumnName}', objects of '{truthColumnName}'): {exception.Message}", exception);
            }
        }

        var metrics = evaluator.Result();
        return metrics.Images > 0 ? metrics : throw new InvalidDataException("There are no rows, hence no maps to score.");
    }

    private static PatchGrid GridOf(DataViewSchema.Column column) => column.Type switch
    {
        VectorDataViewType { IsKnownSize: true, Dimensions: [var rows, var columns] } vector when vector.ItemType == NumberDataViewType.Single => new PatchGrid(rows, columns),
        _ => throw ColumnErrors.Mismatch($"Column '{column.Name}' holds {column.Type}, but maps are vectors of Single [rows, columns]. Bring it to that shape with MaskedPretraining.AttentionMap and AttentionMapOptions.FromColumn."),
    };

    private static Func<BoundingBox[]> BoxGetter(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single || (vector.IsKnownSize && vector.Size % BoxLength != 0))
        {
            throw ColumnErrors.Mismatch($"Column '{column.Name}' holds {column.Type}, but boxes are vectors of Single with four numbers a box: left, top, right, bottom in shares of the image's width and height.");
        }

        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        return () =>
        {
            getter(ref buffer);
            return buffer.Length % BoxLength == 0
                ? [.. buffer.DenseValues().Chunk(BoxLength).Select(sides => new BoundingBox(sides[0], sides[1], sides[2], sides[3]))]
                : throw new ArgumentException($"{buffer.Length} numbers are no whole boxes of four.");
        };
    }
}
