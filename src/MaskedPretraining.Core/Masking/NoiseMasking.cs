using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Masks from filtered noise (ColorMAE, Hinojosa et al. 2024): white noise on the patch grid, a narrow blur of it minus a wide one; the patches with the largest values stay visible. Thread safe.</summary>
/// <remarks>
/// Both widths given is green noise (band-pass), <c>WideSigma</c> infinite is red (low-pass), <c>NarrowSigma</c> 0 is blue (high-pass), and both together is white, which is
/// <see cref="RandomMasking"/>. ColorMAE cuts masks from patterns filtered beforehand; here each image filters noise of its own. Green was best in its paper, for dense tasks above all; red,
/// whose masks are large blobs, was worst.
/// </remarks>
public sealed class NoiseMasking : IMaskingStrategy
{
    private readonly double _ratio;
    private readonly double _narrow;
    private readonly double _wide;

    // Made for the first grid that is asked for; any thread's will do.
    private volatile BandPassFilter? _filter;

    /// <summary>Creates the strategy.</summary>
    /// <param name="maskRatio">Share of masked patches, between 0 and 1, both excluded. Default 0.75. <c>int(N (1 - maskRatio))</c> stay visible.</param>
    /// <param name="narrowSigma">Standard deviation of the narrow blur in patches, at least 0. Default 1. 0 keeps the finest detail: blue noise.</param>
    /// <param name="wideSigma">Standard deviation of the wide blur in patches, greater than <paramref name="narrowSigma"/>. Default 3. Infinity keeps the coarsest shapes: red noise.</param>
    /// <exception cref="InvalidOptionsException">A value lies outside its range.</exception>
    public NoiseMasking(double maskRatio = RandomMasking.DefaultRatio, double narrowSigma = 1, double wideSigma = 3)
    {
        var errors = new OptionErrors();
        PlanCounts.RequireRatio(errors, maskRatio);
        errors.Require(narrowSigma >= 0 && double.IsFinite(narrowSigma), "NarrowSigma", narrowSigma, "be at least 0 and finite");
        errors.Require(wideSigma > narrowSigma, "WideSigma", wideSigma, FormattableString.Invariant($"be greater than NarrowSigma {narrowSigma}"));
        errors.ThrowIfAny(nameof(NoiseMasking));
        (_ratio, _narrow, _wide) = (maskRatio, narrowSigma, wideSigma);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOptionsException">The ratio leaves no visible or no masked patch on this grid.</exception>
    public MaskCounts CountsAt(PatchGrid grid, TrainingProgress progress) => PlanCounts.OfRatio(nameof(NoiseMasking), grid, _ratio);

    /// <inheritdoc/>
    public bool NeedsPatchWeights(TrainingProgress progress) => false;

    /// <inheritdoc/>
    public int Plan(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        PlanCounts.CheckLengths(CountsAt(context.Grid, context.Progress), visible.Length, masked.Length);
        int count = context.Grid.Count;
        Span<double> noise = count <= PlanCounts.MaximumStackCount ? stackalloc double[count] : new double[count];
        foreach (ref double number in noise)
        {
            number = context.Random.NextGaussian();
        }

        Span<double> scores = count <= PlanCounts.MaximumStackCount ? stackalloc double[count] : new double[count];
        FilterOf(context.Grid).Apply(noise, scores);
        KeepLargest(scores, visible, masked);
        return masked.Length;
    }

    /// <summary>Name and all settings.</summary>
    public override string ToString() => FormattableString.Invariant($"{nameof(NoiseMasking)} ratio {_ratio} narrow {_narrow} wide {_wide}");

    /// <summary>Leaves the patches with the largest scores visible, in descending order. Overwrites <paramref name="scores"/>.</summary>
    internal static void KeepLargest(Span<double> scores, Span<int> visible, Span<int> masked)
    {
        foreach (ref double score in scores)
        {
            score = -score;
        }

        PlanCounts.KeepSmallest(scores, visible, masked);
    }

    private BandPassFilter FilterOf(PatchGrid grid)
    {
        var filter = _filter;
        return filter is not null && filter.Grid == grid ? filter : _filter = new BandPassFilter(grid, _narrow, _wide);
    }
}
