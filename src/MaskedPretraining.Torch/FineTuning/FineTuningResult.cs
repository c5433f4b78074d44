using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>What a fine-tuning run leaves.</summary>
/// <param name="Classifier">The classifier: of the best epoch with validation images, else of the last step.</param>
/// <param name="Metrics">One entry an epoch that ended, in order, earlier parts of a resumed run included.</param>
/// <param name="BestEpoch">The epoch with the highest validation accuracy, of equal ones that with the lowest loss, from 0; null if nothing was validated.</param>
/// <param name="WasCancelled">Whether the run was cancelled before it was done.</param>
public sealed record FineTuningResult(ImageClassifierWeights Classifier, IReadOnlyList<FineTuningMetrics> Metrics, int? BestEpoch, bool WasCancelled);
