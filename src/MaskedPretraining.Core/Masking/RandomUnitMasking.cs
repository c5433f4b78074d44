using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Random masking of SimMIM (Xie et al. 2022): squares of k x k patches are masked as one, so that a mask hides more than a texture; some units can be thrown too. Thread safe.</summary>
/// <remarks>Counts are <c>ceil(units r)</c> masked and <c>ceil(units t)</c> thrown, in double precision as in SimMIM and AMT's code for it.</remarks>
public sealed class RandomUnitMasking : IMaskingStrategy
{
    /// <summary>SimMIM's share of masked units.</summary>
    public const double DefaultRatio = 0.6;

    private readonly double _maskRatio;
    private readonly int _unitSide;
    private readonly double _throwRatio;

    /// <summary>Creates the strategy.</summary>
    /// <param name="maskRatio">Share of masked units, between 0 and 1, both excluded. Default 0.6: 30 of 49.</param>
    /// <param name="unitSide">Patches k on a side of a unit, at least 1; divides both sides of the grid. Default 2, which is SimMIM's 32 pixels for patches of 16.</param>
    /// <param name="throwRatio">Share of thrown units, at least 0; with <paramref name="maskRatio"/> less than 1. Default 0.</param>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public RandomUnitMasking(double maskRatio = DefaultRatio, int unitSide = 2, double throwRatio = 0)
    {
        var errors = new OptionErrors();
        PlanCounts.RequireRatio(errors, maskRatio);
        errors.Require(unitSide >= 1, "UnitSide", unitSide, "be at least 1");
        errors.Require(throwRatio is >= 0 and < 1, "ThrowRatio", throwRatio, "be at least 0 and less than 1");
        errors.ThrowIfAny(nameof(RandomUnitMasking));
        (_maskRatio, _unitSide, _throwRatio) = (maskRatio, unitSide, throwRatio);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The units do not divide the grid, or the ratios leave no visible patch.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress)
    {
        var units = UnitsOf(grid);
        return PlanCounts.Checked(nameof(RandomUnitMasking), grid, units.InPatches(units.CountsOf(_maskRatio, _throwRatio)), FormattableString.Invariant($"MaskRatio {_maskRatio} with ThrowRatio {_throwRatio} of {units.Grid.Count} units"));
    }

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => false;

    /// <inheritdoc/>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        PlanCounts.CheckLengths(CountsAt(context.Grid, context.Progress), visible.Length, masked.Length);
        var units = UnitsOf(context.Grid);
        int count = units.Grid.Count;
        Span<int> order = count <= PlanCounts.MaximumStackCount ? stackalloc int[count] : new int[count];
        PlanCounts.Enumerate(order);
        context.Random.Shuffle(order);
        units.Split(order, units.CountsOf(_maskRatio, _throwRatio), ThrowMode.Middle, visible, masked);
        return masked.Length;
    }

    /// <summary>Name and all settings.</summary>
    public override string ToString() => FormattableString.Invariant($"{nameof(RandomUnitMasking)} mask {_maskRatio} throw {_throwRatio} unit {_unitSide}");

    private MaskUnits UnitsOf(PatchGrid grid) => new(nameof(RandomUnitMasking), grid, _unitSide);
}
