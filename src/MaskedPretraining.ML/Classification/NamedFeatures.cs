using System.Runtime.InteropServices;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Scoring;
using Microsoft.ML;

namespace MaskedPretraining.ML.Classification;

/// <summary>Features and class names of labelled rows in memory: 4 bytes a number.</summary>
/// <param name="Features">The rows, <c>[rows, D]</c>.</param>
/// <param name="Names">Class of each row.</param>
/// <param name="Unlabelled">Rows that were left out because their label is missing.</param>
internal sealed record NamedFeatures(FeatureMatrix Features, string[] Names, int Unlabelled)
{
    /// <summary>Reads a view once.</summary>
    /// <param name="data">The view.</param>
    /// <param name="labelName">Label column of any type of <see cref="LabelText"/>.</param>
    /// <param name="featureName">Column of features, a vector of Single of known size.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">There is no labelled row, or a row holds numbers that are not finite.</exception>
    public static NamedFeatures Read(IDataView data, string labelName, string featureName, CancellationToken cancellation = default)
    {
        int width = FeatureTable.WidthOf(data.Schema, featureName);
        var labelColumn = data.Schema.Require(labelName);
        var featureColumn = data.Schema[featureName];
        var features = new List<float>();
        var names = new List<string>();
        int unlabelled = 0;
        using var cursor = data.GetRowCursor([labelColumn, featureColumn]);
        var label = LabelText.Reader(cursor, labelColumn);
        var numbers = new NumbersReader(cursor, featureColumn, width);
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            if (label() is not { } name)
            {
                unlabelled++;
                continue;
            }

            if (features.Count + (long)width > Array.MaxLength)
            {
                throw new InvalidDataException($"More than {names.Count} rows of {width} features do not fit into memory. Use fewer rows, for example with Data.TakeRows.");
            }

            CollectionsMarshal.SetCount(features, features.Count + width);
            numbers.Read(CollectionsMarshal.AsSpan(features)[^width..]);
            names.Add(name);
        }

        return names.Count > 0
            ? new NamedFeatures(Matrix(width, features, featureName), [.. names], unlabelled)
            : throw new InvalidDataException($"There is no row with a label in column '{labelName}' ({unlabelled} rows have none).");
    }

    private static FeatureMatrix Matrix(int width, List<float> features, string name)
    {
        try
        {
            return new FeatureMatrix(width, [.. features]);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"Column '{name}': {exception.Message}", exception);
        }
    }
}
