using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Random masking of MAE (He et al. 2022): every patch is masked with the same probability, the same number in each image. Thread safe.</summary>
public sealed class RandomMasking : IMaskingStrategy
{
    /// <summary>MAE's share of masked patches.</summary>
    public const double DefaultRatio = 0.75;

    private readonly double _ratio;

    /// <summary>Creates the strategy.</summary>
    /// <param name="ratio">Share of masked patches, between 0 and 1, both excluded. Default 0.75. <c>int(N (1 - ratio))</c> patches stay visible, in double precision as in MAE.</param>
    /// <exception cref="InvalidOptionsException">The ratio lies outside its range.</exception>
    public RandomMasking(double ratio = DefaultRatio)
    {
        var errors = new OptionErrors();
        PlanCounts.RequireRatio(errors, ratio);
        errors.ThrowIfAny(nameof(RandomMasking));
        _ratio = ratio;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The ratio leaves no visible or no masked patch on this grid.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => PlanCounts.OfRatio(nameof(RandomMasking), grid, _ratio);

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => false;

    /// <inheritdoc/>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        PlanCounts.CheckLengths(CountsAt(context.Grid, context.Progress), visible.Length, masked.Length);
        int count = context.Grid.Count;
        Span<float> noise = count <= PlanCounts.MaximumStackCount ? stackalloc float[count] : new float[count];
        context.Random.Fill(noise);
        PlanCounts.KeepSmallest(noise, visible, masked);
        return masked.Length;
    }

    /// <summary>Name and ratio.</summary>
    public override string ToString() => FormattableString.Invariant($"{nameof(RandomMasking)} ratio {_ratio}");
}
