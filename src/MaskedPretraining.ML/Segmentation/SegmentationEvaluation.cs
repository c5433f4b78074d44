using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Segmentation;

/// <summary>Scores segmentation scores of a data view row by row.</summary>
internal static class SegmentationEvaluation
{
    public static SegmentationMetrics Run(IDataView data, string scoreColumnName, string maskColumnName, SegmentationMasks masks)
    {
        var scoreColumn = data.Schema.Require(scoreColumnName);
        var (classes, grid) = ShapeOf(scoreColumn, masks);
        var maskColumn = ClassMaskReader.Find(data.Schema, maskColumnName);
        var scores = new SegmentationScores(classes);
        using var cursor = data.GetRowCursor([scoreColumn, maskColumn]);
        var getter = cursor.GetGetter<VBuffer<float>>(scoreColumn);
        var mask = ClassMaskReader.Create(cursor, maskColumn, masks);
        VBuffer<float> buffer = default;
        float[] values = new float[classes * grid.Count];
        while (cursor.MoveNext())
        {
            try
            {
                getter(ref buffer);
                buffer.CopyTo(values);
                var truth = mask();
                scores.Add(ScoreUpsampling.Classify(values, classes, grid, truth.Height, truth.Width), truth);
            }
            catch (ArgumentException exception)
            {
                throw new InvalidDataException($"Row {cursor.Position} cannot be scored (scores of column '{scoreColumnName}', masks of '{maskColumnName}'): {exception.Message}", exception);
            }
        }

        var metrics = scores.Result();
        return metrics.Images > 0 ? metrics : throw new InvalidDataException("There are no rows, hence no masks to score.");
    }

    private static (int Classes, PatchGrid Grid) ShapeOf(DataViewSchema.Column column, SegmentationMasks masks)
    {
        if (column.Type is not VectorDataViewType { IsKnownSize: true, Dimensions: [>= 2 and <= ClassMask.Ignored and var classes, var rows, var columns] } vector || vector.ItemType != NumberDataViewType.Single)
        {
            throw ColumnErrors.Mismatch($"Column '{column.Name}' holds {column.Type}, but segmentation scores are vectors of Single [classes, rows, columns] of 2 to {ClassMask.Ignored} classes, as MaskedPretraining.SegmentationProbe makes them.");
        }

        return masks != SegmentationMasks.Objects || classes == 2
            ? (classes, new PatchGrid(rows, columns))
            : throw ColumnErrors.Mismatch($"Column '{column.Name}' has scores of {classes} classes, but masks of objects have 2. Evaluate with SegmentationMasks.ClassNumbers.");
    }
}
