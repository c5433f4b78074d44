using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Object prior (pilot study of AutoMAE, Chen et al. 2023): patches of the object, given by a map or boxes, are masked with a higher probability. Thread safe.</summary>
/// <remarks>
/// Each patch scores <c>U + beta prior</c> with U even in 0..1; the <c>int(N (1 - ratio))</c> lowest scores stay visible. For an indicator of a quarter of the patches and a ratio of 0.75 object patches are
/// masked with probability <c>0.75 + 0.75 beta</c> and the others with <c>0.75 - 0.25 beta</c>; from beta = 1/3 on with 1 and 2/3, so that larger ones change nothing. In general the strength
/// saturates at <c>beta = v / N_out</c>, the visible patches over those outside the object. Published: a little helps, too much hurts. A prior of zeros masks at random. The prior of a patch is the
/// mean of the map over it, where AutoMAE's study has an indicator; its code for the study was not published.
/// </remarks>
public sealed class ObjectPriorMasking : IMaskingStrategy
{
    private readonly double _strength;
    private readonly double _ratio;

    /// <summary>Creates the strategy.</summary>
    /// <param name="strength">What a prior of 1 adds to the score: beta, at least 0. Default 0.2.</param>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded. Default 0.75.</param>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public ObjectPriorMasking(double strength = 0.2, double maskRatio = RandomMasking.DefaultRatio)
    {
        var errors = new OptionErrors();
        errors.Require(strength >= 0 && double.IsFinite(strength), "Strength", strength, "be at least 0 and finite");
        PlanCounts.RequireRatio(errors, maskRatio);
        errors.ThrowIfAny(nameof(ObjectPriorMasking));
        (_strength, _ratio) = (strength, maskRatio);
    }

    /// <inheritdoc/>
    public MapCrop MapCrop => MapCrop.AreaMean;

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The ratio leaves no visible or no masked patch on this grid.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => PlanCounts.OfRatio(nameof(ObjectPriorMasking), grid, _ratio);

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is not one weight for each patch, finite and at least 0.</exception>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        PlanCounts.CheckLengths(CountsAt(context.Grid, context.Progress), visible.Length, masked.Length);
        var prior = PatchWeights.Of(context, nameof(ObjectPriorMasking));
        Span<double> scores = prior.Length <= PlanCounts.MaximumStackCount ? stackalloc double[prior.Length] : new double[prior.Length];
        for (int patch = 0; patch < prior.Length; patch++)
        {
            scores[patch] = context.Random.NextSingle() + _strength * prior[patch];
        }

        PlanCounts.KeepSmallest(scores, visible, masked);
        return masked.Length;
    }

    /// <summary>Name and all settings.</summary>
    public override string ToString() => FormattableString.Invariant($"{nameof(ObjectPriorMasking)} strength {_strength} ratio {_ratio}");
}
