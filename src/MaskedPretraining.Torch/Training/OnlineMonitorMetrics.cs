namespace MaskedPretraining.Torch.Training;

/// <summary>What an encoder's features were worth after an epoch.</summary>
/// <param name="KnnAccuracy">Share of queries that weighted nearest neighbours classify right, 0 to 1.</param>
/// <param name="ProbeAccuracy">Share of queries that a linear probe classifies right, 0 to 1.</param>
public sealed record OnlineMonitorMetrics(double KnnAccuracy, double ProbeAccuracy)
{
    private const string KnnName = "knn_accuracy";
    private const string ProbeName = "probe_accuracy";

    /// <summary>As a log keeps them.</summary>
    internal IEnumerable<(string Name, double Value)> Values() => [(KnnName, KnnAccuracy), (ProbeName, ProbeAccuracy)];

    /// <summary>Out of a log's entry; null if it has none.</summary>
    internal static OnlineMonitorMetrics? Of(IReadOnlyDictionary<string, double> values) =>
        values.TryGetValue(KnnName, out double knn) && values.TryGetValue(ProbeName, out double probe) ? new OnlineMonitorMetrics(knn, probe) : null;
}
