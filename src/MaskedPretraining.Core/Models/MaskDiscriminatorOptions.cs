using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>Options of AutoMAE's discriminator (Chen et al. 2023), which tells masks of the generator from random rectangles.</summary>
public sealed class MaskDiscriminatorOptions
{
    /// <summary>What maps are multiplied by before the first convolution.</summary>
    /// <value>
    /// Greater than 0; null (default): the number of patches N, which makes the mean of a map 1. The released code has 1. A map sums to 1, so that its values are about 1 / N; with normalised weights and no
    /// biases the scores of rectangles on a 14x14 grid then stay at 0.19, far from their label 1, and a generator comes nearer to it than any rectangle by putting its probability on few patches: played
    /// without a reconstruction loss (learning rates 0.001, scaled attention, six times as high on an object) its entropy is down to 26 to 38 % of the largest after 100 steps. With N and
    /// samples the discriminator wins within 250 steps; with N and without Gumbel numbers neither side does.
    /// </value>
    public double? MapScale { get; set; }

    /// <summary>An independent copy.</summary>
    public MaskDiscriminatorOptions Clone() => (MaskDiscriminatorOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(MapScale is null || (MapScale > 0 && double.IsFinite(MapScale.Value)), nameof(MapScale), MapScale, "be greater than 0 and finite");
    }

    /// <summary>All options; -1 stands for the default of the scale.</summary>
    public override string ToString() => FormattableString.Invariant($"discriminator scale {MapScale ?? -1}");
}
