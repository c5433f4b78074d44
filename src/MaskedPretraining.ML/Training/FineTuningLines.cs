using System.Globalization;
using MaskedPretraining.Torch.FineTuning;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Training;

/// <summary>Tells a fine-tuning run's progress: a line an epoch and a trace line a step to MLContext.Log, and the user's callback.</summary>
internal sealed class FineTuningLines(IChannel channel, IProgress<FineTuningMetrics>? progress) : IProgress<FineTuningMetrics>
{
    public void Report(FineTuningMetrics value)
    {
        progress?.Report(value);
        if (value.IsEpochEnd)
        {
            channel.Info(MessageSensitivity.None, "{0}", EpochLine(value));
        }
        else
        {
            channel.Trace(MessageSensitivity.None, "{0}", string.Create(CultureInfo.InvariantCulture, $"Step {value.Step} of {value.Steps}: loss {value.Loss:0.0000} so far in epoch {value.Epoch + 1}"));
        }
    }

    private static string EpochLine(FineTuningMetrics value)
    {
        string validation = value is { ValidationAccuracy: { } accuracy, ValidationLoss: { } loss } ? string.Create(CultureInfo.InvariantCulture, $", validation accuracy {accuracy:0.000}, loss {loss:0.0000}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"Epoch {value.Epoch + 1} of {value.Epochs}: loss {value.Loss:0.0000}{validation}, learning rate {value.LearningRate:0.00e+0}, {value.ImagesPerSecond:0} images/s, {100 * value.LoaderWait ?? 0:0} % of the time waiting for images");
    }
}
