using MaskedPretraining.Torch.FineTuning;

namespace MaskedPretraining.Torch.Tests.FineTuning;

/// <summary>Reports on the caller's thread, so that a test can act at an exact step.</summary>
internal sealed class RecordedProgress(Action<FineTuningMetrics> report) : IProgress<FineTuningMetrics>
{
    public void Report(FineTuningMetrics value) => report(value);
}
