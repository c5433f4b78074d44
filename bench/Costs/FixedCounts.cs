using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Bench.Costs;

/// <summary>Random plans with given counts: a step costs the same whichever patches are masked and thrown.</summary>
internal sealed class FixedCounts(MaskCounts counts) : IMaskingStrategy
{
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => counts;

    public bool NeedsPatchWeights(TrainingProgress progress) => false;

    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        int[] order = [.. Enumerable.Range(0, context.Grid.Count)];
        context.Random.Shuffle(order.AsSpan());
        order.AsSpan(0, masked.Length).CopyTo(masked);
        order.AsSpan(order.Length - visible.Length).CopyTo(visible);
        return masked.Length;
    }

    public override string ToString() => counts.ToString();
}
