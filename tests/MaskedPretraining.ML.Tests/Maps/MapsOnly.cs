using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.ML.Tests.Maps;

/// <summary>Random masking that needs maps and takes none of the encoder being trained.</summary>
internal sealed class MapsOnly : IMaskingStrategy
{
    private readonly RandomMasking _random = new();

    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => _random.CountsAt(grid, progress);

    public bool NeedsPatchWeights(TrainingProgress progress) => true;

    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked) => _random.Plan(context, visible, masked);
}
