using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Uniform sampling of UM-MAE (Li et al. 2022): in every 2 x 2 cell of patches one, drawn for each cell, stays visible. Thread safe.</summary>
/// <remarks>Visible patches are spread evenly, as pyramid encoders need, and yet random. Cells are drawn independently; UM-MAE's code draws from a shuffled list that holds each position equally often.</remarks>
public sealed class RandomizedGridMasking : IMaskingStrategy
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The grid has an odd side.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress)
    {
        GridMasking.RequireEvenSides(nameof(RandomizedGridMasking), grid);
        return new MaskCounts(grid.Count / 4 * 3, 0, grid.Count / 4);
    }

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => false;

    /// <inheritdoc/>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        PlanCounts.CheckLengths(CountsAt(context.Grid, context.Progress), visible.Length, masked.Length);
        var (grid, count, cells) = (context.Grid, context.Grid.Count, context.Grid.Count / 4);
        Span<int> kept = count <= PlanCounts.MaximumStackCount ? stackalloc int[cells] : new int[cells];
        foreach (ref int position in kept)
        {
            position = context.Random.NextInt32(4);
        }

        Span<bool> isMasked = count <= PlanCounts.MaximumStackCount ? stackalloc bool[count] : new bool[count];
        for (int patch = 0; patch < count; patch++)
        {
            int cell = patch / grid.Columns / 2 * (grid.Columns / 2) + patch % grid.Columns / 2;
            isMasked[patch] = GridMasking.PositionInCell(patch, grid) != kept[cell];
        }

        return PlanCounts.FromMask(isMasked, visible, masked);
    }

    /// <summary>The name; there are no settings.</summary>
    public override string ToString() => nameof(RandomizedGridMasking);
}
