using System.Globalization;
using MaskedPretraining.Torch.Training;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Classification;

/// <summary>Tells a probe's progress to MLContext.Log: a line an epoch, and at the end what became of it.</summary>
internal sealed class ProbeLog(IChannel channel) : IProgress<LinearProbeMetrics>
{
    public void Report(LinearProbeMetrics value)
    {
        string accuracy = value.ValidationAccuracy is { } share ? string.Create(CultureInfo.InvariantCulture, $", validation accuracy {share:0.000}") : "";
        channel.Info(MessageSensitivity.None, "{0}", string.Create(CultureInfo.InvariantCulture, $"Epoch {value.Epoch + 1} of {value.Epochs}: loss {value.Loss:0.0000}{accuracy}"));
    }

    public static void End(IChannel channel, LinearProbeResult result)
    {
        if (result.WasCancelled)
        {
            channel.Warning(MessageSensitivity.None, "Training was cancelled after {0} epochs; the classifier is as it was then.", result.Metrics.Count);
        }

        if (result.Best is { ValidationAccuracy: { } best } epoch)
        {
            channel.Info(
                MessageSensitivity.None,
                "{0}",
                string.Create(CultureInfo.InvariantCulture, $"Best validation accuracy {best:0.000} after epoch {epoch.Epoch + 1}, chosen on the same rows; the classifier is that of the last epoch, {result.Metrics[^1].ValidationAccuracy:0.000}."));
        }
    }
}
