using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML.Classification;

/// <summary>Features to learn from and features to be tested on, with classes in common.</summary>
/// <param name="Train">Training rows.</param>
/// <param name="Test">Test rows of the same classes.</param>
/// <param name="ClassNames">Names of the classes in ordinal order.</param>
internal sealed record TrainTestFeatures(LabeledFeatures Train, LabeledFeatures Test, string[] ClassNames)
{
    public int Classes => ClassNames.Length;

    /// <summary>Numbers the classes of two sets of rows: those of the training rows, of which there must be two, and which must include those of the test rows.</summary>
    /// <exception cref="InvalidDataException">There is only one class, or a test row is of a class that no training row has; the message names them.</exception>
    /// <exception cref="ArgumentException">The features have different widths.</exception>
    public static TrainTestFeatures Of(NamedFeatures train, NamedFeatures test)
    {
        if (train.Features.Width != test.Features.Width)
        {
            throw new ArgumentException($"Training features have {train.Features.Width} numbers each, but those of the test rows {test.Features.Width}; make both with the same encoder and output.");
        }

        string[] classes = [.. train.Names.Distinct().Order(StringComparer.Ordinal)];
        if (classes is [var only])
        {
            throw new InvalidDataException($"All {train.Names.Length} training rows are of class '{only}', but at least 2 classes are needed. Add rows of another one.");
        }

        string[] unknown = [.. test.Names.Distinct().Where(name => Array.BinarySearch(classes, name, StringComparer.Ordinal) < 0).Order(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            throw new InvalidDataException(
                $"The test rows have classes that no training row has: {string.Join(", ", unknown.Take(10).Select(name => $"'{name}'"))}{(unknown.Length > 10 ? " and more" : "")}. "
                + $"The training rows have {string.Join(", ", classes.Take(10).Select(name => $"'{name}'"))}{(classes.Length > 10 ? " and more" : "")}. Add training rows of these classes, or leave the test rows out.");
        }

        LabeledFeatures Number(NamedFeatures rows) => new(rows.Features, Array.ConvertAll(rows.Names, name => Array.BinarySearch(classes, name, StringComparer.Ordinal)));
        return new TrainTestFeatures(Number(train), Number(test), classes);
    }

    /// <summary>Some of the training rows.</summary>
    public LabeledFeatures TrainRows(int[] rows)
    {
        int width = Train.Features.Width;
        var values = new float[rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
        {
            Train.Features.Row(rows[i]).CopyTo(values.AsSpan(i * width, width));
        }

        return new LabeledFeatures(new FeatureMatrix(width, values), Array.ConvertAll(rows, row => Train.Labels[row]));
    }
}
