using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Options of AutoMAE's mask-guided shuffle (Chen et al. 2023): patches are masked in the order of even noise, on top of which the patches with the largest sampled probabilities have a bonus.</summary>
public sealed class GuidedShuffleOptions
{
    /// <summary>Share r of masked patches: <c>int(N (1 - r))</c> stay visible, in double precision.</summary>
    /// <value>Between 0 and 1, both excluded. Default 0.75.</value>
    public double MaskRatio { get; set; } = RandomMasking.DefaultRatio;

    /// <summary>Share of the patches that have the bonus: <c>int(N share)</c> with the largest probabilities.</summary>
    /// <value>Greater than 0 and below 1; null (default), as in the released code: as many as stay visible.</value>
    public double? TopShare { get; set; }

    /// <summary>What the top patches have on top of their noise in 0..1: beta. The reconstruction loss reaches the generator with this factor.</summary>
    /// <value>
    /// At least 0; 0 masks at random. Default 0.3: with the default ratio top patches are masked with probability <c>0.75 + 0.75 beta</c> = 0.975 and the others with <c>0.75 - 0.25 beta</c> = 0.675. The
    /// released 0.5 is saturated: from 1/3 on these are 1 and 2/3, larger values change no mask, and as no top patch is ever visible, none ever tells the generator anything.
    /// </value>
    public double TopBonus { get; set; } = 0.3;

    /// <summary>An independent copy.</summary>
    public GuidedShuffleOptions Clone() => (GuidedShuffleOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        PlanCounts.RequireRatio(errors, MaskRatio);
        errors.Require(TopShare is null or (> 0 and < 1), nameof(TopShare), TopShare, "lie between 0 and 1, both excluded");
        errors.Require(TopBonus >= 0 && double.IsFinite(TopBonus), nameof(TopBonus), TopBonus, "be at least 0 and finite");
    }

    /// <summary>Masked and visible patches of an image.</summary>
    /// <param name="grid">The grid of patches.</param>
    /// <exception cref="InvalidOptionsException">The ratio leaves no visible or no masked patch on this grid.</exception>
    public MaskCounts CountsOn(PatchGrid grid) => PlanCounts.OfRatio(nameof(GuidedShuffleOptions), grid, MaskRatio);

    /// <summary>Patches of an image that have the bonus: K.</summary>
    /// <param name="grid">The grid of patches.</param>
    /// <exception cref="InvalidOptionsException">The shares leave none on this grid.</exception>
    public int TopCountOn(PatchGrid grid)
    {
        int count = TopShare is { } share ? (int)(grid.Count * share) : CountsOn(grid).Visible;
        var errors = new OptionErrors();
        errors.Require(count >= 1, FormattableString.Invariant($"Top patches at {nameof(TopShare)} {TopShare}"), count, $"be at least 1 of the {grid.Count} on the {grid} grid (take a larger share, smaller patches or larger images)");
        errors.ThrowIfAny(nameof(GuidedShuffleOptions));
        return count;
    }

    /// <summary>All options; -1 stands for the default of the top share.</summary>
    public override string ToString() => FormattableString.Invariant($"ratio {MaskRatio} top {TopShare ?? -1} bonus {TopBonus}");
}
