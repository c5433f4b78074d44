using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>The same with maps of the encoder being trained, new before every epoch.</summary>
internal sealed class RecordingGuidedMasking : RecordingMasking, IAttentionGuidedMasking
{
    public AttentionRefreshSchedule Schedule { get; } = new(startEpoch: 0, interval: 1);
}
