using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

/// <summary>Options of AutoMAE's discriminator (Chen et al. 2023), which tells masks of the generator from random rectangles.</summary>
public sealed class MaskDiscriminatorOptions
{
    /// <summary>What maps are multiplied by before the first convolution.</summary>
    /// <value>
    /// Greater than 0; null: the number of patches N, which makes the mean of a map 1. Default 1, as released. A map sums to 1, so that its values are about 1 / N; with normalised weights and no biases the scores
    /// of rectangles on a 14x14 grid then stay at 0.19, far from their label 1, and a generator comes nearer to it than any rectangle by putting its probability on few patches. That pressure is what makes
    /// it choose: on generated scenes its entropy settles at three quarters of the largest. Played without a reconstruction loss it falls to a third in 100 steps; watch it. With N the scores reach their
    /// labels, and nothing makes the generator choose: its entropy stays at 1.00, or the discriminator wins.
    /// </value>
    public double? MapScale { get; set; } = 1;

    /// <summary>An independent copy.</summary>
    public MaskDiscriminatorOptions Clone() => (MaskDiscriminatorOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(MapScale is null || (MapScale > 0 && double.IsFinite(MapScale.Value)), nameof(MapScale), MapScale, "be greater than 0 and finite");
    }

    /// <summary>All options; -1 stands for the number of patches.</summary>
    public override string ToString() => FormattableString.Invariant($"discriminator scale {MapScale ?? -1}");
}
