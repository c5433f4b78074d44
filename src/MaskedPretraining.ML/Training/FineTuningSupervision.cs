using MaskedPretraining.Torch.FineTuning;

namespace MaskedPretraining.ML.Training;

/// <summary>Who watches a fine-tuning run, and where it is kept.</summary>
/// <param name="RunFolder">Checkpoints and metrics; null for none.</param>
/// <param name="Progress">Told after every step and epoch; null for nobody.</param>
/// <param name="CancellationToken">Ends the run.</param>
internal sealed record FineTuningSupervision(string? RunFolder, IProgress<FineTuningMetrics>? Progress, CancellationToken CancellationToken);
