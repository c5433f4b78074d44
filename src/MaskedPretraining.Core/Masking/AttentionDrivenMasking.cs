using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>
/// Attention-driven masking and throwing (AMT, Gui et al. 2022): attended patches are masked, some others are thrown, the least attended stay visible. The first epochs mask at random,
/// until the encoder's attention says something. Thread safe.
/// </summary>
/// <remarks>
/// Patches are drawn without replacement with probability proportional to their weights (Plackett-Luce): <c>key = log(max(w, floor mean(w))) + Gumbel</c>, sorted descending. The first
/// <c>int(N r)</c> are masked, up to <c>int(N (r + t))</c> thrown, the rest visible; with units of several patches counts are rounded up, as in SimMIM. The floor is ours: in the released code
/// patches of weight 0 always end last. A map of zeros draws evenly (the released code throws an error).
/// </remarks>
public sealed class AttentionDrivenMasking : IAttentionGuidedMasking
{
    private readonly AttentionDrivenMaskingOptions _options;
    private readonly IMaskingStrategy _random;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Ratios, mode and schedule; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public AttentionDrivenMasking(AttentionDrivenMaskingOptions? options = null)
    {
        _options = (options ?? new AttentionDrivenMaskingOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(AttentionDrivenMaskingOptions));
        _random = _options.UnitSide == 1 ? new RandomMasking(_options.RandomRatio) : new RandomUnitMasking(_options.RandomRatio, _options.UnitSide);
        Schedule = new AttentionRefreshSchedule(_options.StartEpoch, _options.RefreshInterval);
    }

    /// <inheritdoc/>
    public AttentionRefreshSchedule Schedule { get; }

    /// <inheritdoc/>
    public MapCrop MapCrop => _options.MapCrop;

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The units do not divide the grid, the ratios leave no visible or no masked patch on it, or the run ends before the start epoch.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress)
    {
        Schedule.RequireStartWithin(progress.Epochs, nameof(AttentionDrivenMasking));
        if (!Schedule.IsGuided(progress))
        {
            return _random.CountsAt(grid, progress);
        }

        var units = UnitsOf(grid);
        return PlanCounts.Checked(
            nameof(AttentionDrivenMasking), grid, units.InPatches(CountsOf(units)), FormattableString.Invariant($"MaskRatio {_options.MaskRatio} with ThrowRatio {_options.ThrowRatioToUse}"));
    }

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => _options.Mode != ThrowMode.Random && Schedule.IsGuided(progress);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The epoch is guided, but there is not one weight for each patch, finite and at least 0.</exception>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        PlanCounts.CheckLengths(CountsAt(context.Grid, context.Progress), visible.Length, masked.Length);
        if (!Schedule.IsGuided(context.Progress))
        {
            return _random.Plan(context, visible, masked);
        }

        var units = UnitsOf(context.Grid);
        int count = units.Grid.Count;
        Span<float> weights = count <= PlanCounts.MaximumStackCount ? stackalloc float[count] : new float[count];
        if (_options.Mode == ThrowMode.Random)
        {
            weights.Fill(1);
        }
        else
        {
            units.Sum(PatchWeights.Of(context, nameof(AttentionDrivenMasking)), weights);
        }

        Span<double> gumbel = count <= PlanCounts.MaximumStackCount ? stackalloc double[count] : new double[count];
        foreach (ref double number in gumbel)
        {
            number = context.Random.NextGumbel();
        }

        Span<int> order = count <= PlanCounts.MaximumStackCount ? stackalloc int[count] : new int[count];
        AttentionSampler.Order(weights, gumbel, _options.FloorFactor, order);
        units.Split(order, CountsOf(units), _options.Mode, visible, masked);
        return masked.Length;
    }

    /// <summary>Name and all options; -1 stands for a default of the schedule.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{nameof(AttentionDrivenMasking)} mask {_options.MaskRatio} throw {_options.ThrowRatio} {_options.Mode} unit {_options.UnitSide} floor {_options.FloorFactor} random {_options.RandomRatio} start {_options.StartEpoch ?? -1} refresh {_options.RefreshInterval ?? -1} crop {_options.MapCrop}");

    private MaskUnits UnitsOf(PatchGrid grid) => new(nameof(AttentionDrivenMasking), grid, _options.UnitSide);

    private MaskCounts CountsOf(MaskUnits units) => _options.UnitSide == 1
        ? AttentionSampler.CountsOf(units.Grid.Count, _options.MaskRatio, _options.ThrowRatioToUse)
        : units.CountsOf(_options.MaskRatio, _options.ThrowRatioToUse);
}
