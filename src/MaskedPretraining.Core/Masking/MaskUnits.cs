using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Squares of k x k patches that are masked, thrown or left visible as one (SimMIM, Xie et al. 2022).</summary>
internal readonly struct MaskUnits
{
    private readonly PatchGrid _patches;
    private readonly int _side;

    /// <param name="owner">Name of the strategy.</param>
    /// <param name="patches">The grid of patches.</param>
    /// <param name="side">Patches k on a side of a unit.</param>
    public MaskUnits(string owner, PatchGrid patches, int side)
    {
        var errors = new OptionErrors();
        errors.Require(patches.Rows % side == 0 && patches.Columns % side == 0, "UnitSide", side, $"divide both sides of the {patches} grid of patches (take another side, or another image or patch size)");
        errors.ThrowIfAny(owner);
        (_patches, _side) = (patches, side);
        Grid = new PatchGrid(patches.Rows / side, patches.Columns / side);
    }

    /// <summary>The grid of units.</summary>
    public PatchGrid Grid { get; }

    /// <summary>SimMIM's counts of units: <c>ceil(units r)</c> masked, <c>ceil(units t)</c> thrown, the rest visible.</summary>
    public MaskCounts CountsOf(double maskRatio, double throwRatio)
    {
        int masked = (int)Math.Ceiling(Grid.Count * maskRatio);
        int thrown = (int)Math.Ceiling(Grid.Count * throwRatio);
        return new MaskCounts(masked, thrown, Grid.Count - masked - thrown);
    }

    /// <summary>How many patches so many units have.</summary>
    public MaskCounts InPatches(MaskCounts units) => new(units.Masked * _side * _side, units.Thrown * _side * _side, units.Visible * _side * _side);

    /// <summary>Sums the weights of the patches of each unit.</summary>
    public void Sum(ReadOnlySpan<float> weights, Span<float> sums)
    {
        sums.Clear();
        for (int patch = 0; patch < weights.Length; patch++)
        {
            sums[patch / _patches.Columns / _side * Grid.Columns + patch % _patches.Columns / _side] += weights[patch];
        }
    }

    /// <summary>Lists the patches of units, unit by unit.</summary>
    public void Expand(ReadOnlySpan<int> units, Span<int> patches)
    {
        int next = 0;
        foreach (int unit in units)
        {
            int first = unit / Grid.Columns * _side * _patches.Columns + unit % Grid.Columns * _side;
            for (int row = 0; row < _side; row++)
            {
                for (int column = 0; column < _side; column++)
                {
                    patches[next++] = first + row * _patches.Columns + column;
                }
            }
        }
    }

    /// <summary>Cuts an order of units into masked, thrown and visible ones and lists their patches.</summary>
    public void Split(ReadOnlySpan<int> order, MaskCounts units, ThrowMode mode, Span<int> visible, Span<int> masked)
    {
        Expand(order[..units.Masked], masked);
        Expand(order.Slice(mode == ThrowMode.Low ? units.Masked : units.Masked + units.Thrown, units.Visible), visible);
    }
}
