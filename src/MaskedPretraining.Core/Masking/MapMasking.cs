using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>The mask is what a map says: the patches with the highest values are masked, ties at random. Thread safe.</summary>
/// <remarks>
/// For masks made elsewhere, and to compare with. As a way to use an object map it is a known failure: always masking what is hardest or most attended did worse than random masking in
/// HPM's ablation (81.4 against 82.5), and AttG's authors found their map clearly worse as a mask than as weights of the loss. <see cref="ObjectPriorMasking"/> leaves most to chance.
/// </remarks>
public sealed class MapMasking : IMaskingStrategy
{
    private readonly double _ratio;

    /// <summary>Creates the strategy.</summary>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded. Default 0.75. <c>int(N (1 - maskRatio))</c> stay visible.</param>
    /// <exception cref="InvalidOptionsException">The ratio lies outside its range.</exception>
    public MapMasking(double maskRatio = RandomMasking.DefaultRatio)
    {
        var errors = new OptionErrors();
        PlanCounts.RequireRatio(errors, maskRatio);
        errors.ThrowIfAny(nameof(MapMasking));
        _ratio = maskRatio;
    }

    /// <inheritdoc/>
    public MapCrop MapCrop => MapCrop.AreaMean;

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The ratio leaves no visible or no masked patch on this grid.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => PlanCounts.OfRatio(nameof(MapMasking), grid, _ratio);

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is not one weight for each patch, finite and at least 0.</exception>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        PlanCounts.CheckLengths(CountsAt(context.Grid, context.Progress), visible.Length, masked.Length);
        var map = PatchWeights.Of(context, nameof(MapMasking));
        var scores = map.Length <= PlanCounts.MaximumStackCount ? stackalloc (float Value, float Tie)[map.Length] : new (float Value, float Tie)[map.Length];
        for (int patch = 0; patch < map.Length; patch++)
        {
            scores[patch] = (map[patch], context.Random.NextSingle());
        }

        PlanCounts.KeepSmallest(scores, visible, masked);
        return masked.Length;
    }

    /// <summary>Name and ratio.</summary>
    public override string ToString() => FormattableString.Invariant($"{nameof(MapMasking)} ratio {_ratio}");
}
