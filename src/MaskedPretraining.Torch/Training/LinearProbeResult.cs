using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Torch.Training;

/// <summary>A trained linear probe and how it got there.</summary>
/// <param name="Weights">The probe after the last step.</param>
/// <param name="Metrics">One entry an epoch that ended.</param>
/// <param name="WasCancelled">Whether training was cancelled before its last epoch ended.</param>
public sealed record LinearProbeResult(LinearProbeWeights Weights, IReadOnlyList<LinearProbeMetrics> Metrics, bool WasCancelled)
{
    /// <summary>The epoch with the highest validation accuracy, the first of equals; null without validation rows. DINO reports this one, MAE both it and the last.</summary>
    /// <remarks>It is chosen on the rows that it is measured on and so is a little too high; <see cref="Weights"/> are those of the last epoch all the same, as in DINO's code.</remarks>
    public LinearProbeMetrics? Best => Metrics.Where(entry => entry.ValidationAccuracy is not null).MaxBy(entry => entry.ValidationAccuracy);
}
