using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>
/// RandAugment (Cubuk et al., NeurIPS 2020) in the form with which MAE fine-tunes, timm's <c>rand-m9-mstd0.5-inc1</c>: a few of the 15 <see cref="AugmentationOperation"/>s in
/// turn, each drawn with replacement and then applied or not.
/// </summary>
public sealed class RandAugmentOptions
{
    /// <summary>Operations drawn for an image.</summary>
    /// <value>1 to 16. Default 2.</value>
    public int Operations { get; set; } = 2;

    /// <summary>Mean strength of an operation.</summary>
    /// <value>0 to 10. Default 9.</value>
    public double Magnitude { get; set; } = 9;

    /// <summary>Standard deviation of the strength, which is drawn for each operation of each image and limited to 0..10.</summary>
    /// <value>At least 0 and finite. Default 0.5.</value>
    public double MagnitudeDeviation { get; set; } = 0.5;

    /// <summary>How often a drawn operation is applied.</summary>
    /// <value>0 to 1. Default 0.5.</value>
    public double Probability { get; set; } = 0.5;

    /// <summary>An independent copy.</summary>
    public RandAugmentOptions Clone() => (RandAugmentOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Operations is >= 1 and <= 16, nameof(Operations), Operations, "lie between 1 and 16");
        errors.Require(Magnitude is >= 0 and <= RandAugment.MaxMagnitude, nameof(Magnitude), Magnitude, "lie between 0 and 10");
        errors.Require(MagnitudeDeviation >= 0 && double.IsFinite(MagnitudeDeviation), nameof(MagnitudeDeviation), MagnitudeDeviation, "be at least 0 and finite");
        errors.Require(Probability is >= 0 and <= 1, $"RandAugment.{nameof(Probability)}", Probability, "lie between 0 and 1");
    }
}
