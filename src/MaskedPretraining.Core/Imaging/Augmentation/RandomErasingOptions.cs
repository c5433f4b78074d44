using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>
/// Random erasing (Zhong et al., Random Erasing Data Augmentation, AAAI 2020) as MAE fine-tunes with it: one box an image, filled with standard normal noise
/// of its own for each pixel and channel after normalisation.
/// </summary>
public sealed class RandomErasingOptions
{
    /// <summary>How often an image has a box erased.</summary>
    /// <value>0 to 1. Default 0.25.</value>
    public double Probability { get; set; } = 0.25;

    /// <summary>Smallest share of the image's area that is erased.</summary>
    /// <value>Above 0, at most <see cref="MaxArea"/>. Default 0.02.</value>
    public double MinArea { get; set; } = 0.02;

    /// <summary>Largest share of the image's area that is erased.</summary>
    /// <value>At most 1. Default 1/3.</value>
    public double MaxArea { get; set; } = 1.0 / 3;

    /// <summary>Smallest ratio of a box's sides; its inverse is the largest, and log ratios between are equally likely.</summary>
    /// <value>Above 0, at most 1. Default 0.3.</value>
    public double MinRatio { get; set; } = 0.3;

    /// <summary>An independent copy.</summary>
    public RandomErasingOptions Clone() => (RandomErasingOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Probability is >= 0 and <= 1, $"Erasing.{nameof(Probability)}", Probability, "lie between 0 and 1");
        errors.Require(MinArea > 0 && MinArea <= MaxArea, $"Erasing.{nameof(MinArea)}", MinArea, $"be above 0 and at most MaxArea {MaxArea}");
        errors.Require(MaxArea is > 0 and <= 1, $"Erasing.{nameof(MaxArea)}", MaxArea, "be above 0 and at most 1");
        errors.Require(MinRatio is > 0 and <= 1, $"Erasing.{nameof(MinRatio)}", MinRatio, "be above 0 and at most 1");
    }
}
