using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Torch.Training;

/// <summary>What is known of a probe's training besides its numbers: the classes' names, who is told, when to stop.</summary>
internal sealed class ProbeReport(IReadOnlyList<string>? classNames, IProgress<LinearProbeMetrics>? progress, CancellationToken cancellationToken)
{
    private readonly List<LinearProbeMetrics> _metrics = [];

    public IReadOnlyList<string>? ClassNames => classNames;

    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    public void Add(LinearProbeMetrics metrics)
    {
        _metrics.Add(metrics);
        progress?.Report(metrics);
    }

    public LinearProbeResult Finish(LinearProbeWeights weights, bool wasCancelled) => new(weights, _metrics, wasCancelled);
}
