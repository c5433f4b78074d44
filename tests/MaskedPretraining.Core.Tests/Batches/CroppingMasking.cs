using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Tests.Batches;

/// <summary>A strategy that needs maps, cropped in a certain way.</summary>
internal sealed class CroppingMasking(MaskCounts counts, MapCrop crop, FunctionMasking.Planner plan) : IMaskingStrategy
{
    public MapCrop MapCrop => crop;

    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => counts;

    public bool NeedsPatchWeights(TrainingProgress progress) => true;

    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        plan(context, visible, masked);
        return masked.Length;
    }
}
