using MaskedPretraining.Core.Evaluation;

namespace MaskedPretraining.Torch.Training;

/// <summary>A trained segmentation probe and how it got there.</summary>
/// <param name="Weights">Normalisation and linear layer, the same for every patch.</param>
/// <param name="Metrics">One entry an epoch that ended.</param>
/// <param name="WasCancelled">Whether training was cancelled before its last epoch ended.</param>
public sealed record SegmentationProbeResult(LinearProbeWeights Weights, IReadOnlyList<SegmentationProbeMetrics> Metrics, bool WasCancelled);
