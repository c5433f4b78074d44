using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Torch.Training;

/// <summary>One measurement of an encoder in training.</summary>
internal sealed class MonitorPass(OnlineMonitor monitor)
{
    private readonly LinearProbeTrainer _probe = new(monitor.Options.Probe);

    /// <summary>Whether there is one after an epoch.</summary>
    public bool IsDue(int epoch, int epochs) => epoch == epochs - 1 || (epoch + 1) % monitor.Options.EveryEpochs == 0;

    /// <param name="session">Has the weights to try.</param>
    /// <param name="cancellationToken">Ends the pass.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing has changed.</exception>
    public OnlineMonitorMetrics Run(PretrainingSession session, CancellationToken cancellationToken)
    {
        int classes = monitor.Bank.ClassNames.Count;
        var bank = session.WholeImages.FeaturesOf(monitor.Bank, monitor.Options.Pooling, cancellationToken);
        var queries = session.WholeImages.FeaturesOf(monitor.Queries, monitor.Options.Pooling, cancellationToken);
        var neighbours = new KnnClassifier(bank, monitor.BankLabels, classes, monitor.Options.Knn).Classify(queries, cancellationToken);
        var probe = _probe.Fit(new LabeledFeatures(bank, monitor.BankLabels), classes, new LabeledFeatures(queries, monitor.QueryLabels), cancellationToken: cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return new OnlineMonitorMetrics(ClassificationAccuracy.TopOne(neighbours.Predictions, monitor.QueryLabels), probe.Metrics[^1].ValidationAccuracy!.Value);
    }
}
