using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Data;
using MaskedPretraining.Torch.FineTuning;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Comparison;

/// <summary>Fine-tunes an encoder on a data set's training images and scores it on the test images. Labels are compared as text.</summary>
internal static class FineTuningTrial
{
    private const string PredictedLabel = "PredictedLabel";

    /// <exception cref="InvalidDataException">A test image is of a class that no training image has, or there are no labelled test images.</exception>
    public static double Accuracy(EvaluationSubject subject, FineTuningOptions options, CancellationToken cancellation)
    {
        var data = subject.Data;
        string label = data.LabelColumnName;
        var tuner = subject.Context.MaskedPretraining.FineTune(label, data.ImageColumnName, subject.Weights, options, cancellationToken: cancellation);
        using var classifier = tuner.Fit(Keyed(subject.Context, data.Train, label));
        // A classifier that was stopped early is no result.
        cancellation.ThrowIfCancellationRequested();
        return Score(classifier.Transform(data.Test), label, cancellation);
    }

    private static IDataView Keyed(MLContext context, IDataView view, string label) =>
        view.Schema.GetColumnOrNull(label) is { Type: KeyDataViewType } ? view : context.Transforms.Conversion.MapValueToKey(label).Fit(view).Transform(view);

    private static double Score(IDataView scored, string label, CancellationToken cancellation)
    {
        var truthColumn = scored.Schema.Require(label);
        var answerColumn = scored.Schema[PredictedLabel];
        var known = ClassLabels.NamesOf(answerColumn)?.ToHashSet(StringComparer.Ordinal);
        using var cursor = scored.GetRowCursor([truthColumn, answerColumn]);
        var truth = LabelText.Reader(cursor, truthColumn);
        var answer = LabelText.Reader(cursor, answerColumn);
        int rows = 0, right = 0;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            if (truth() is not { } name)
            {
                continue;
            }

            if (known?.Contains(name) == false)
            {
                throw new InvalidDataException($"The test rows have a class that no training row has: '{name}'. Add training rows of this class, or leave the test rows out.");
            }

            rows++;
            right += answer() == name ? 1 : 0;
        }

        return rows > 0 ? (double)right / rows : throw new InvalidDataException($"There is no test row with a label in column '{label}'.");
    }
}
