using MaskedPretraining.Core.Runs;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>One entry an epoch that ended: in memory for the result, and in the run folder for whoever follows.</summary>
internal sealed class FineTuningLog : IDisposable
{
    private readonly List<FineTuningMetrics> _epochs = [];
    private readonly MetricsLog? _file;

    /// <param name="path">The log's file; null for none. Entries of a resumed run up to <paramref name="lastStep"/> are read back.</param>
    /// <param name="lastStep">Steps done.</param>
    /// <param name="epochs">Epochs of the run.</param>
    /// <param name="stepsPerEpoch">Steps an epoch.</param>
    public FineTuningLog(string? path, long lastStep, int epochs, int stepsPerEpoch)
    {
        if (path is null)
        {
            return;
        }

        _file = new MetricsLog(path, lastStep);
        _epochs.AddRange(MetricsLog.Read(path).Select(entry => Parse(entry, epochs, stepsPerEpoch)));
    }

    /// <summary>The epochs that ended, in order.</summary>
    public IReadOnlyList<FineTuningMetrics> Epochs => _epochs;

    public void Add(FineTuningMetrics metrics)
    {
        _epochs.Add(metrics);
        var values = new Dictionary<string, double>
        {
            ["epoch"] = metrics.Epoch,
            ["loss"] = metrics.Loss,
            ["learning_rate"] = metrics.LearningRate,
            ["images_per_second"] = metrics.ImagesPerSecond,
        };
        foreach (var (name, value) in new[] { ("validation_loss", metrics.ValidationLoss), ("validation_accuracy", metrics.ValidationAccuracy), ("gradient_norm", metrics.GradientNorm) })
        {
            if (value is { } known)
            {
                values[name] = known;
            }
        }

        _file?.Append(new MetricsEntry(metrics.Step, values));
    }

    public void Dispose() => _file?.Dispose();

    private static FineTuningMetrics Parse(MetricsEntry entry, int epochs, int stepsPerEpoch) => new(
        (int)entry.Values["epoch"], epochs, entry.Step, (long)epochs * stepsPerEpoch, entry.Values["loss"], entry.Values["learning_rate"], entry.Values["images_per_second"], IsEpochEnd: true)
    {
        ValidationLoss = Find(entry, "validation_loss"),
        ValidationAccuracy = Find(entry, "validation_accuracy"),
        GradientNorm = Find(entry, "gradient_norm"),
    };

    private static double? Find(MetricsEntry entry, string name) => entry.Values.TryGetValue(name, out double value) ? value : null;
}
