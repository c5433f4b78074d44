using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Tests.Batches;

/// <summary>A masking strategy made of what a test wants it to do.</summary>
internal sealed class FunctionMasking(MaskCounts counts, FunctionMasking.Planner plan, bool needsWeights = false, int? masks = null, bool varies = false) : IMaskingStrategy
{
    public delegate void Planner(in SampleContext context, Span<int> visible, Span<int> masked);

    public bool VariesBetweenImages => varies;

    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => counts;

    public bool NeedsPatchWeights(TrainingProgress progress) => needsWeights;

    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        plan(context, visible, masked);
        return masks ?? masked.Length;
    }
}
