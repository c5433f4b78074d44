using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Attention-guided token masking (AttMask, Kakogeorgiou et al. 2022): the most, or the least, attended patches are masked, ties at random. Thread safe.</summary>
/// <remarks>
/// AttMask is guided by a teacher from the start; here maps come from a column or from the encoder being trained, and then the first epochs mask as many patches at random. AttMask draws the
/// ratio anew for each batch; here it is fixed, so that batches are rectangular. Published with distillation (iBOT): 76.1 by linear probe against 75.7 without hints; behind random masking for
/// dense tasks in ColorMAE's comparison.
/// </remarks>
public sealed class AttentionTopMasking : IAttentionGuidedMasking
{
    private readonly AttentionTopMaskingOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Mode, ratios and schedule; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    public AttentionTopMasking(AttentionTopMaskingOptions? options = null)
    {
        _options = (options ?? new AttentionTopMaskingOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(AttentionTopMaskingOptions));
        Schedule = new AttentionRefreshSchedule(_options.StartEpoch, _options.RefreshInterval);
    }

    /// <inheritdoc/>
    public AttentionRefreshSchedule Schedule { get; }

    /// <inheritdoc/>
    public bool VariesBetweenImages => _options.Probability < 1;

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The ratio leaves no visible or no masked patch on this grid, or the run ends before the start epoch.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress)
    {
        Schedule.RequireStartWithin(progress.Epochs, nameof(AttentionTopMasking));
        var draw = DrawOf(grid);
        int masked = draw.Masked - draw.Shown;
        return PlanCounts.Checked(nameof(AttentionTopMasking), grid, new MaskCounts(masked, 0, grid.Count - masked), FormattableString.Invariant($"MaskRatio {_options.MaskRatio} with {draw.Shown} shown"));
    }

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => Schedule.IsGuided(progress);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The epoch is guided, but there is not one weight for each patch, finite and at least 0.</exception>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        PlanCounts.CheckLengths(CountsAt(context.Grid, context.Progress), visible.Length, masked.Length);
        int count = context.Grid.Count;
        Span<bool> isMasked = count <= PlanCounts.MaximumStackCount ? stackalloc bool[count] : new bool[count];
        isMasked.Clear();
        if (context.Random.NextDouble() < _options.Probability)
        {
            Mark(context, masked.Length, isMasked);
        }

        return PlanCounts.FromMask(isMasked, visible, masked);
    }

    /// <summary>Name and all options; -1 stands for a default of the schedule.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{nameof(AttentionTopMasking)} {_options.Mode} ratio {_options.MaskRatio} show {_options.ShowMax} probability {_options.Probability} start {_options.StartEpoch ?? -1} refresh {_options.RefreshInterval ?? -1}");

    private AttentionTopDraw DrawOf(PatchGrid grid) => AttentionTopDraw.Of(grid.Count, _options.MaskRatio, _options.ShowMax, _options.Mode);

    private void Mark(in SampleContext context, int masked, Span<bool> isMasked)
    {
        int count = isMasked.Length;
        Span<float> ties = count <= PlanCounts.MaximumStackCount ? stackalloc float[count] : new float[count];
        context.Random.Fill(ties);
        Span<int> order = count <= PlanCounts.MaximumStackCount ? stackalloc int[count] : new int[count];
        if (!Schedule.IsGuided(context.Progress))
        {
            PlanCounts.Enumerate(order);
            ties.Sort(order);
            new AttentionTopDraw(masked, 0, 0).Mark(order, [], isMasked);
            return;
        }

        AttentionTopDraw.Order(PatchWeights.Of(context, nameof(AttentionTopMasking)), ties, _options.Mode, order);
        var draw = DrawOf(context.Grid);
        var noise = ties[..draw.Candidates];
        context.Random.Fill(noise);
        draw.Mark(order, noise, isMasked);
    }
}
