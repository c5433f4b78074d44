using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging;

/// <summary>How training images are cropped, flipped and resized. The defaults are MAE's for pre-training.</summary>
public sealed class CropOptions
{
    /// <summary>Smallest share of the image's area that a crop covers.</summary>
    /// <value>Above 0, at most <see cref="MaxScale"/>. Default 0.2.</value>
    public double MinScale { get; set; } = 0.2;

    /// <summary>Largest share of the image's area that a crop covers.</summary>
    /// <value>At most 1. Default 1.</value>
    public double MaxScale { get; set; } = 1;

    /// <summary>Smallest ratio of a crop's width to its height.</summary>
    /// <value>Above 0, at most <see cref="MaxRatio"/>. Default 3/4.</value>
    public double MinRatio { get; set; } = 3.0 / 4;

    /// <summary>Largest ratio of a crop's width to its height.</summary>
    /// <value>Finite. Default 4/3.</value>
    public double MaxRatio { get; set; } = 4.0 / 3;

    /// <summary>How often a crop is mirrored left to right.</summary>
    /// <value>0 to 1. Default 0.5.</value>
    public double FlipProbability { get; set; } = 0.5;

    /// <summary>What happens when a drawn box does not fit into the image.</summary>
    /// <value>Default <see cref="RandomResizedCropForm.TenTries"/>.</value>
    public RandomResizedCropForm Form { get; set; } = RandomResizedCropForm.TenTries;

    /// <summary>The kernel that resizes crops.</summary>
    /// <value>Default <see cref="ResampleFilter.Bicubic"/>.</value>
    public ResampleFilter Filter { get; set; } = ResampleFilter.Bicubic;

    /// <summary>An independent copy.</summary>
    public CropOptions Clone() => (CropOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(MinScale > 0 && MinScale <= MaxScale, nameof(MinScale), MinScale, $"be above 0 and at most MaxScale {MaxScale}");
        errors.Require(MaxScale is > 0 and <= 1, nameof(MaxScale), MaxScale, "be above 0 and at most 1");
        errors.Require(MinRatio > 0 && MinRatio <= MaxRatio, nameof(MinRatio), MinRatio, $"be above 0 and at most MaxRatio {MaxRatio}");
        errors.Require(MaxRatio > 0 && double.IsFinite(MaxRatio), nameof(MaxRatio), MaxRatio, "be above 0 and finite");
        errors.Require(FlipProbability is >= 0 and <= 1, nameof(FlipProbability), FlipProbability, "lie between 0 and 1");
        errors.Require(Enum.IsDefined(Form), nameof(Form), Form, "be a form of random resized crop");
        errors.Require(Enum.IsDefined(Filter), nameof(Filter), Filter, "be a resampling filter");
    }
}
