using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Grid masking (MAE, He et al. 2022, section 4.1 and figure 6): one patch of every 2 x 2 stays visible, always the same one. Thread safe.</summary>
/// <remarks>The paper gives no code; here the patches of even rows and columns stay visible. It is the easiest mask to fill in: sharper pictures, worse features.</remarks>
public sealed class GridMasking : IMaskingStrategy
{
    private readonly bool _randomPhase;

    /// <summary>Creates the strategy.</summary>
    /// <param name="randomPhase">Whether each image draws which of the four positions stays visible in all its cells; needs even numbers of rows and columns. Default false: the upper left one for all images.</param>
    public GridMasking(bool randomPhase = false) => _randomPhase = randomPhase;

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">There is one patch only, or the phase is random and the grid has an odd side.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress)
    {
        if (_randomPhase)
        {
            RequireEvenSides(nameof(GridMasking), grid);
        }

        int visible = (grid.Rows + 1) / 2 * ((grid.Columns + 1) / 2);
        return PlanCounts.Checked(nameof(GridMasking), grid, new MaskCounts(grid.Count - visible, 0, visible), "one visible patch of every 2x2");
    }

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => false;

    /// <inheritdoc/>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        PlanCounts.CheckLengths(CountsAt(context.Grid, context.Progress), visible.Length, masked.Length);
        int phase = _randomPhase ? context.Random.NextInt32(4) : 0;
        int count = context.Grid.Count;
        Span<bool> isMasked = count <= PlanCounts.MaximumStackCount ? stackalloc bool[count] : new bool[count];
        for (int patch = 0; patch < count; patch++)
        {
            isMasked[patch] = PositionInCell(patch, context.Grid) != phase;
        }

        return PlanCounts.FromMask(isMasked, visible, masked);
    }

    /// <summary>Name and phase.</summary>
    public override string ToString() => $"{nameof(GridMasking)} {(_randomPhase ? "random" : "fixed")} phase";

    /// <summary>Which position of its 2 x 2 cell a patch has: 0 to 3, row by row.</summary>
    internal static int PositionInCell(int patch, PatchGrid grid) => patch / grid.Columns % 2 * 2 + patch % grid.Columns % 2;

    internal static void RequireEvenSides(string owner, PatchGrid grid)
    {
        var errors = new OptionErrors();
        errors.Require(grid.Rows % 2 == 0 && grid.Columns % 2 == 0, "Patch grid", grid, "have even numbers of rows and columns, to be cut into cells of 2x2 patches (take another image or patch size)");
        errors.ThrowIfAny(owner);
    }
}
