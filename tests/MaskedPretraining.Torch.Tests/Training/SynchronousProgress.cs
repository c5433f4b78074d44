using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Reports on the caller's thread, so that a test can act at an exact step.</summary>
internal sealed class SynchronousProgress(Action<PretrainingMetrics> report) : IProgress<PretrainingMetrics>
{
    public void Report(PretrainingMetrics value) => report(value);
}
