using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>
/// Attention-driven masking and throwing (AMT, Gui et al. 2022): attended patches are masked, some others are thrown, the least attended stay visible. The first epochs mask at random,
/// until the encoder's attention says something. Thread safe.
/// </summary>
/// <remarks>
/// Patches are drawn without replacement with probability proportional to their weights (Plackett-Luce): <c>key = log(max(w, floor mean(w))) + Gumbel</c>, sorted descending. The first
/// <c>int(N r)</c> are masked, up to <c>int(N (r + t))</c> thrown, the rest visible. The floor is ours: in the released code patches of weight 0 always end last. A map of zeros draws evenly
/// (the released code throws an error).
/// </remarks>
public sealed class AttentionDrivenMasking : IAttentionGuidedMasking
{
    private readonly AttentionDrivenMaskingOptions _options;
    private readonly RandomMasking _random;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Ratios, mode and schedule; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public AttentionDrivenMasking(AttentionDrivenMaskingOptions? options = null)
    {
        _options = (options ?? new AttentionDrivenMaskingOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(AttentionDrivenMaskingOptions));
        _random = new RandomMasking(_options.RandomRatio);
        Schedule = new AttentionRefreshSchedule(_options.StartEpoch, _options.RefreshInterval);
    }

    /// <inheritdoc/>
    public AttentionRefreshSchedule Schedule { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The ratios leave no visible or no masked patch on this grid.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress)
    {
        if (!Schedule.IsGuided(progress))
        {
            return _random.CountsAt(grid, progress);
        }

        var (ratio, throwRatio) = (_options.MaskRatio, _options.ThrowRatio);
        var counts = AttentionSampler.CountsOf(grid.Count, ratio, throwRatio);
        return PlanCounts.Checked(nameof(AttentionDrivenMasking), grid, counts, FormattableString.Invariant($"MaskRatio {ratio} with ThrowRatio {throwRatio}"));
    }

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => Schedule.IsGuided(progress);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The epoch is guided, but there is not one weight of at least 0 for each patch.</exception>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        if (!Schedule.IsGuided(context.Progress))
        {
            return _random.Plan(context, visible, masked);
        }

        var counts = CountsAt(context.Grid, context.Progress);
        PlanCounts.CheckLengths(counts, visible.Length, masked.Length);
        int count = context.Grid.Count;
        if (context.PatchWeights.Length != count)
        {
            throw new ArgumentException($"Attention-driven masking needs one weight for each of {count} patches in epoch {context.Progress.Epoch}, but there are {context.PatchWeights.Length}.", nameof(context));
        }

        Span<double> gumbel = count <= PlanCounts.MaximumStackCount ? stackalloc double[count] : new double[count];
        foreach (ref double number in gumbel)
        {
            number = context.Random.NextGumbel();
        }

        Span<int> order = count <= PlanCounts.MaximumStackCount ? stackalloc int[count] : new int[count];
        AttentionSampler.Order(context.PatchWeights, gumbel, _options.FloorFactor, order);
        AttentionSampler.Split(order, counts, _options.Mode, visible, masked);
        return masked.Length;
    }

    /// <summary>Name and all options; -1 stands for a default of the schedule.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{nameof(AttentionDrivenMasking)} mask {_options.MaskRatio} throw {_options.ThrowRatio} {_options.Mode} floor {_options.FloorFactor} random {_options.RandomRatio} start {_options.StartEpoch ?? -1} refresh {_options.RefreshInterval ?? -1}");
}
