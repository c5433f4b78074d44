using System.Globalization;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Data;
using MaskedPretraining.ML.Lowering;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Backgrounds;

/// <summary>Shows variants of photos to a classifier and counts its right answers. Classes are compared by name.</summary>
/// <param name="context">Copies columns and takes messages.</param>
/// <param name="options">Columns and class map.</param>
internal sealed class BackgroundScoring(MLContext context, BackgroundEvaluationOptions options)
{
    /// <summary>The true class under a name that no step of the classifier touches: its own may well turn the label into a key of the classes that it knows.</summary>
    private const string TruthColumn = InBoxChain.TemporaryPrefix + "truth";

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _unknown = new(StringComparer.Ordinal);

    public BackgroundMetrics Run(ITransformer model, IEnumerable<(BackgroundVariant Variant, IDataView Data)> variants)
    {
        using var channel = ((IChannelProvider)context).Start(nameof(MaskedPretrainingCatalog.EvaluateBackgrounds));
        var evaluator = new BackgroundEvaluator();
        foreach (var (variant, data) in variants)
        {
            Score(model, variant, data, evaluator);
            var score = evaluator.Result().Variants[variant];
            channel.Info(MessageSensitivity.None, "{0}", string.Create(CultureInfo.InvariantCulture, $"{variant}: {score.Accuracy:0.000} of {score.Images} photos right."));
        }

        foreach (var (name, photos) in _unknown)
        {
            channel.Warning(MessageSensitivity.UserData, "The classifier does not know class '{0}'; its {1} photos count as wrong answers.", name, photos);
        }

        var metrics = evaluator.Result();
        if (metrics.Robustness is { } robustness)
        {
            channel.Info(MessageSensitivity.None, "{0}", string.Create(CultureInfo.InvariantCulture, $"BG-Gap (MixedSame - MixedRandom): {robustness.Gap:0.000}."));
        }

        return metrics;
    }

    private void Score(ITransformer model, BackgroundVariant variant, IDataView data, BackgroundEvaluator evaluator)
    {
        _ = data.Schema.Require(options.LabelColumnName);
        var scored = model.Transform(context.Transforms.CopyColumns(TruthColumn, options.LabelColumnName).Fit(data).Transform(data));
        var truthColumn = scored.Schema.GetColumnOrNull(TruthColumn)
            ?? throw new ArgumentException("The classifier drops columns that it does not know; leave SelectColumns out of it.", nameof(model));
        var answerColumn = scored.Schema.Require(options.PredictedLabelColumnName);
        var known = ClassLabels.NamesOf(answerColumn)?.Select(Translate).OfType<string>().ToHashSet(StringComparer.Ordinal);
        using var cursor = scored.GetRowCursor([truthColumn, answerColumn]);
        var truth = LabelText.Reader(cursor, truthColumn);
        var answer = LabelText.Reader(cursor, answerColumn);
        var (rows, unknown) = (0, 0);
        while (cursor.MoveNext())
        {
            if (truth() is not { } name)
            {
                continue;
            }

            rows++;
            if (known?.Contains(name) == false)
            {
                unknown++;
                _unknown[name] = _unknown.GetValueOrDefault(name) + 1;
            }

            evaluator.Add(variant, answer() is { } answered && Translate(answered) is { } translated ? NumberOf(translated) : BackgroundEvaluator.NoClass, NumberOf(name));
        }

        if (rows == unknown)
        {
            throw new InvalidDataException(rows == 0
                ? $"{variant} has no rows with a class in column '{options.LabelColumnName}'."
                : $"The classifier knows none of the classes of {variant}: they are {string.Join(", ", _unknown.Keys)}, and it answers {string.Join(", ", known!)}. Translate its answers with {nameof(BackgroundEvaluationOptions.ClassMap)}.");
        }
    }

    private string? Translate(string answer) => options.ClassMap is null ? answer : options.ClassMap.GetValueOrDefault(answer);

    private int NumberOf(string name)
    {
        if (!_numbers.TryGetValue(name, out int number))
        {
            _numbers[name] = number = _numbers.Count;
        }

        return number;
    }
}
