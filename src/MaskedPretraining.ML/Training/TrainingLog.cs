using System.Globalization;
using MaskedPretraining.Torch.Training;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Training;

/// <summary>Tells a run's progress to everyone who asked: a line an epoch and a trace line a step to MLContext.Log, the user's callbacks.</summary>
internal sealed class TrainingLog(IChannel channel, IProgress<PretrainingMetrics>? progress, Action<PretrainingMetrics>? callback) : IProgress<PretrainingMetrics>
{
    public void Report(PretrainingMetrics value)
    {
        progress?.Report(value);
        if (value.IsEpochEnd)
        {
            channel.Info(MessageSensitivity.None, "{0}", EpochLine(value));
            if (value.LearnedMasking?.Collapse is { } collapse)
            {
                channel.Warning(MessageSensitivity.None, "Epoch {0}: {1}", value.Epoch + 1, collapse);
            }

            callback?.Invoke(value);
        }
        else
        {
            channel.Trace(MessageSensitivity.None, "{0}", StepLine(value));
        }
    }

    private static string EpochLine(PretrainingMetrics value)
    {
        string validation = value.ValidationLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $", validation loss {loss:0.0000}") : "";
        string guided = value is { PlainLoss: { } plain, ForegroundShare: { } share }
            ? string.Create(CultureInfo.InvariantCulture, $" ({plain:0.0000} unweighted, {100 * share:0} % of it on the foreground)")
            : "";
        string monitor = value.Monitor is { } worth
            ? string.Create(CultureInfo.InvariantCulture, $", nearest neighbours {100 * worth.KnnAccuracy:0.0} % and linear probe {100 * worth.ProbeAccuracy:0.0} % right")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Epoch {value.Epoch + 1} of {value.Epochs}: loss {value.Loss:0.0000}{guided}{validation}{monitor}{LearnedPart(value.LearnedMasking)}{ObjectPart(value.ObjectOverlap)}, learning rate {value.LearningRate:0.00e+0}, {value.ImagesPerSecond:0} images/s, {100 * value.LoaderWait ?? 0:0} % of the time waiting for images");
    }

    private static string LearnedPart(LearnedMaskingMetrics? value)
    {
        if (value is null)
        {
            return "";
        }

        var parts = new (string Name, double? Value)[]
        {
            ("guided share", value.GuidedShare), ("masked of the top quarter", value.MaskedTopQuarterShare), ("entropy", value.GeneratorEntropy),
            ("discriminator", value.DiscriminatorLoss), ("generator", value.GeneratorLoss),
        };
        return string.Concat(parts.Where(part => part.Value is not null).Select(part => string.Create(CultureInfo.InvariantCulture, $", {part.Name} {part.Value:0.000}")));
    }

    private static string ObjectPart(ObjectOverlap? value) =>
        value is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {100 * value.MaskedShare:0.0} % of the masks on objects ({100 * value.Chance:0.0} % by chance)");

    private static string StepLine(PretrainingMetrics value) =>
        string.Create(CultureInfo.InvariantCulture, $"Step {value.Step} of {value.Steps}: loss {value.Loss:0.0000} so far in epoch {value.Epoch + 1}{LearnedPart(value.LearnedMasking)}{ObjectPart(value.ObjectOverlap)}");
}
