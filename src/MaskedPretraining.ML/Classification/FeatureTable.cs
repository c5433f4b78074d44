using System.Runtime.InteropServices;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Classification;

/// <summary>Features and classes of labelled rows in memory: 4 bytes a number.</summary>
/// <param name="Features">The rows, <c>[Rows, Width]</c>.</param>
/// <param name="Labels">Class of each row, from 0.</param>
/// <param name="Width">Numbers in a row.</param>
/// <param name="Unlabelled">Rows that were left out because their label is missing.</param>
internal sealed record FeatureTable(float[] Features, int[] Labels, int Width, int Unlabelled)
{
    public int Rows => Labels.Length;

    /// <summary>The size of a feature column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or no vector of Single of known size.</exception>
    public static int WidthOf(DataViewSchema schema, string name)
    {
        var column = schema.Require(name);
        return Problem(column) is { } problem ? throw ColumnErrors.Mismatch(problem) : ((VectorDataViewType)column.Type).Size;
    }

    /// <summary>What is wrong with a feature column; null if nothing.</summary>
    /// <param name="column">The column.</param>
    /// <param name="width">Its size; null if any will do.</param>
    public static string? Problem(DataViewSchema.Column column, int? width = null) => column.Type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single
        ? width is null || vector.Size == width ? null : $"Feature column '{column.Name}' has {vector.Size} numbers, but this step was fitted on {width}. Use the encoder that it was fitted with."
        : WrongType(column.Name, column.Type.ToString()!);

    /// <summary>Refuses shapes of feature columns that can never fit.</summary>
    public static void Check(SchemaShape shape, string name)
    {
        var column = shape.Require(name);
        if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.IsKey || column.ItemType != NumberDataViewType.Single)
        {
            throw ColumnErrors.Mismatch(WrongType(name, SchemaShapes.Describe(column)));
        }
    }

    /// <summary>The rows in the engine's form; not copied.</summary>
    public LabeledFeatures ToLabeledFeatures() => new(new FeatureMatrix(Width, Features), Labels);

    /// <summary>Reads a view once.</summary>
    /// <param name="data">The view.</param>
    /// <param name="labelName">Key column.</param>
    /// <param name="featureName">Vector column.</param>
    /// <param name="classes">The label's classes.</param>
    /// <param name="mayHaveOneClass">Whether rows of one class alone are of use.</param>
    /// <exception cref="InvalidDataException">There is no labelled row, only one class occurs, or a row holds numbers that are not finite.</exception>
    public static FeatureTable Read(IDataView data, string labelName, string featureName, ClassLabels classes, bool mayHaveOneClass = false)
    {
        int width = WidthOf(data.Schema, featureName);
        var features = new List<float>();
        var labels = new List<int>();
        int unlabelled = 0;
        var (labelColumn, featureColumn) = (data.Schema[labelName], data.Schema[featureName]);
        using var cursor = data.GetRowCursor([labelColumn, featureColumn]);
        var label = cursor.GetGetter<uint>(labelColumn);
        var numbers = new NumbersReader(cursor, featureColumn, width);
        uint key = 0;
        while (cursor.MoveNext())
        {
            label(ref key);
            if (key == 0)
            {
                unlabelled++;
                continue;
            }

            if (features.Count + (long)width > Array.MaxLength)
            {
                throw new InvalidDataException($"More than {labels.Count} rows of {width} features do not fit into memory. Use fewer rows, for example with Data.TakeRows.");
            }

            CollectionsMarshal.SetCount(features, features.Count + width);
            var row = CollectionsMarshal.AsSpan(features)[^width..];
            numbers.Read(row);
            CheckFinite(row, featureName, cursor.Position);
            labels.Add((int)key - 1);
        }

        var table = new FeatureTable([.. features], [.. labels], width, unlabelled);
        table.CheckClasses(labelName, classes, mayHaveOneClass);
        return table;
    }

    private static void CheckFinite(ReadOnlySpan<float> row, string name, long position)
    {
        foreach (float value in row)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidDataException($"Feature column '{name}' holds {value} in row {position}. Remove such rows, for example with Data.FilterRowsByMissingValues.");
            }
        }
    }

    private void CheckClasses(string labelName, ClassLabels classes, bool mayHaveOneClass)
    {
        if (Rows == 0)
        {
            throw new InvalidDataException($"There is no row with a label in column '{labelName}' ({Unlabelled} rows have none). Give rows of at least 2 of the {classes.Count} classes.");
        }

        if (!mayHaveOneClass && Array.TrueForAll(Labels, label => label == Labels[0]))
        {
            throw new InvalidDataException($"All {Rows} rows are of class '{classes.NameOf(Labels[0])}' in column '{labelName}', but a classifier needs at least 2 classes. Add rows of another one.");
        }
    }

    private static string WrongType(string name, string found) =>
        $"Feature column '{name}' holds {found}, but a vector of Single of known size is needed, such as the features of GuidedMae.";
}
