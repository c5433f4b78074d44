using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Torch.Training;

/// <summary>A trained linear probe and how it got there.</summary>
/// <param name="Weights">The probe after the last step.</param>
/// <param name="Metrics">One entry an epoch that ended.</param>
/// <param name="WasCancelled">Whether training was cancelled before its last epoch ended.</param>
public sealed record LinearProbeResult(LinearProbeWeights Weights, IReadOnlyList<LinearProbeMetrics> Metrics, bool WasCancelled);
