using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

/// <summary>Options of AutoMAE's learned masks (Chen et al. 2023). The defaults differ from the released code where that was seen to be without effect; <see cref="Released"/> has its own.</summary>
public sealed class AutoMaeOptions
{
    /// <summary>The released code's options: a saturated bonus, attention as it is, upright rectangles.</summary>
    public static AutoMaeOptions Released() => new()
    {
        Shuffle = new GuidedShuffleOptions { TopBonus = 0.5 },
        Generator = new MaskGeneratorOptions { AttentionScale = 1 },
        Rectangles = new RandomRectangleOptions { IsIsotropic = false },
    };

    /// <summary>How many patches are masked, and how strongly the generator decides which.</summary>
    /// <value>Default: 75 %, beta 0.3.</value>
    public GuidedShuffleOptions Shuffle { get; set; } = new();

    /// <summary>The network that learns where to mask.</summary>
    /// <value>Default: 6 channels, attention times the number of patches.</value>
    public MaskGeneratorOptions Generator { get; set; } = new();

    /// <summary>The network that tells its masks from random rectangles.</summary>
    /// <value>Default: maps as they are.</value>
    public MaskDiscriminatorOptions Discriminator { get; set; } = new();

    /// <summary>The random rectangles.</summary>
    /// <value>Default: the released bonus and sizes, lying and upright.</value>
    public RandomRectangleOptions Rectangles { get; set; } = new();

    /// <summary>What the discriminator is shown of the generator.</summary>
    /// <value>
    /// Default <see cref="DiscriminatorInput.Sample"/>, as released. With <see cref="DiscriminatorInput.Jittered"/> what a generator answers to rectangles of bonus alpha is a contrast of about alpha between its logits, and a
    /// contrast of 0.5 is lost in Gumbel noise, whose deviation is 1.28: on generated scenes 35 % of its choices lay on the quarter of the patches that the provider looks at most, against 49 % with samples.
    /// </value>
    public DiscriminatorInput DiscriminatorInput { get; set; } = DiscriminatorInput.Sample;

    /// <summary>Weight lambda of the generator's part of the game beside the reconstruction loss.</summary>
    /// <value>At least 0. Default 0.2.</value>
    public double AdversarialWeight { get; set; } = 0.2;

    /// <summary>Peak learning rate of the discriminator for a batch of 256; it follows the schedule of the run.</summary>
    /// <value>Greater than 0; null (default), as in the released code: the run's.</value>
    public double? DiscriminatorLearningRatePer256 { get; set; }

    /// <summary>An independent copy.</summary>
    public AutoMaeOptions Clone()
    {
        var copy = (AutoMaeOptions)MemberwiseClone();
        (copy.Shuffle, copy.Generator, copy.Discriminator, copy.Rectangles) = (Shuffle.Clone(), Generator.Clone(), Discriminator.Clone(), Rectangles.Clone());
        return copy;
    }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Shuffle.Validate(errors);
        Generator.Validate(errors);
        Discriminator.Validate(errors);
        Rectangles.Validate(errors);
        errors.Require(Enum.IsDefined(DiscriminatorInput), nameof(DiscriminatorInput), DiscriminatorInput, "be Jittered or Sample");
        errors.Require(AdversarialWeight >= 0 && double.IsFinite(AdversarialWeight), nameof(AdversarialWeight), AdversarialWeight, "be at least 0 and finite");
        errors.Require(
            DiscriminatorLearningRatePer256 is null || (DiscriminatorLearningRatePer256 > 0 && double.IsFinite(DiscriminatorLearningRatePer256.Value)),
            nameof(DiscriminatorLearningRatePer256),
            DiscriminatorLearningRatePer256,
            "be null or greater than 0 and finite");
    }

    /// <summary>All options; -1 stands for a default that depends on the run. A training run is only continued with those it was started with.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Shuffle} {Generator} {Discriminator} {Rectangles} input {DiscriminatorInput} weight {AdversarialWeight} rate {DiscriminatorLearningRatePer256 ?? -1}");
}
