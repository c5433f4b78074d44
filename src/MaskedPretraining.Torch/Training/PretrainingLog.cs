using MaskedPretraining.Core.Runs;

namespace MaskedPretraining.Torch.Training;

/// <summary>One entry an epoch that ended: in memory for the result, and in the run folder for whoever follows.</summary>
internal sealed class PretrainingLog : IDisposable
{
    private readonly List<PretrainingMetrics> _epochs = [];
    private readonly MetricsLog? _file;

    /// <param name="path">The log's file; null for none. Entries of a resumed run up to <paramref name="lastStep"/> are read back.</param>
    /// <param name="lastStep">Steps done.</param>
    /// <param name="epochs">Epochs of the run.</param>
    /// <param name="stepsPerEpoch">Steps an epoch.</param>
    public PretrainingLog(string? path, long lastStep, int epochs, int stepsPerEpoch)
    {
        if (path is null)
        {
            return;
        }

        _file = new MetricsLog(path, lastStep);
        _epochs.AddRange(MetricsLog.Read(path).Select(entry => Parse(entry, epochs, stepsPerEpoch)));
    }

    /// <summary>The epochs that ended, in order.</summary>
    public IReadOnlyList<PretrainingMetrics> Epochs => _epochs;

    public void Add(PretrainingMetrics metrics)
    {
        _epochs.Add(metrics);
        var values = new Dictionary<string, double>
        {
            ["epoch"] = metrics.Epoch,
            ["loss"] = metrics.Loss,
            ["learning_rate"] = metrics.LearningRate,
            ["images_per_second"] = metrics.ImagesPerSecond,
        };
        foreach (var (name, value) in new[]
        {
            ("validation_loss", metrics.ValidationLoss), ("plain_loss", metrics.PlainLoss), ("foreground_share", metrics.ForegroundShare), ("gradient_norm", metrics.GradientNorm),
        })
        {
            if (value is { } known)
            {
                values[name] = known;
            }
        }

        var measured = new[] { metrics.LearnedMasking?.Values(), metrics.ObjectOverlap?.Values(), metrics.Monitor?.Values() };
        foreach (var (name, value) in measured.SelectMany(each => each ?? []))
        {
            values[name] = value;
        }

        _file?.Append(new MetricsEntry(metrics.Step, values));
    }

    public void Dispose() => _file?.Dispose();

    private static PretrainingMetrics Parse(MetricsEntry entry, int epochs, int stepsPerEpoch) => new(
        (int)entry.Values["epoch"],
        epochs,
        entry.Step,
        (long)epochs * stepsPerEpoch,
        entry.Values["loss"],
        entry.Values["learning_rate"],
        entry.Values["images_per_second"],
        Find(entry, "validation_loss"),
        IsEpochEnd: true)
    {
        PlainLoss = Find(entry, "plain_loss"),
        ForegroundShare = Find(entry, "foreground_share"),
        GradientNorm = Find(entry, "gradient_norm"),
        LearnedMasking = LearnedMaskingMetrics.Of(entry.Values),
        ObjectOverlap = ObjectOverlap.Of(entry.Values),
        Monitor = OnlineMonitorMetrics.Of(entry.Values),
    };

    private static double? Find(MetricsEntry entry, string name) => entry.Values.TryGetValue(name, out double value) ? value : null;
}
