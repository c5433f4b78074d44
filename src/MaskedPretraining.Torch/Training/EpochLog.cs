using MaskedPretraining.Core.Runs;

namespace MaskedPretraining.Torch.Training;

/// <summary>One entry an epoch that ended: in memory for the result, and in the run folder for whoever follows.</summary>
/// <typeparam name="TMetrics">What is told of an epoch.</typeparam>
internal sealed class EpochLog<TMetrics> : IDisposable
{
    private readonly List<TMetrics> _epochs = [];
    private readonly Func<TMetrics, MetricsEntry> _write;
    private readonly MetricsLog? _file;

    /// <param name="path">The log's file; null for none. Entries of a resumed run up to <paramref name="lastStep"/> are read back.</param>
    /// <param name="lastStep">Steps done.</param>
    /// <param name="read">Makes metrics of an entry.</param>
    /// <param name="write">Makes an entry of metrics.</param>
    public EpochLog(string? path, long lastStep, Func<MetricsEntry, TMetrics> read, Func<TMetrics, MetricsEntry> write)
    {
        _write = write;
        if (path is null)
        {
            return;
        }

        _file = new MetricsLog(path, lastStep);
        _epochs.AddRange(MetricsLog.Read(path).Select(read));
    }

    /// <summary>The epochs that ended, in order.</summary>
    public IReadOnlyList<TMetrics> Epochs => _epochs;

    public void Add(TMetrics metrics)
    {
        _epochs.Add(metrics);
        _file?.Append(_write(metrics));
    }

    public void Dispose() => _file?.Dispose();
}
