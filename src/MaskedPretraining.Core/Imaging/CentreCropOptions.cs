using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging;

/// <summary>How images are seen in evaluation: resized with their aspect ratio kept, then the centre cut out. The defaults are those of MAE and timm: 256 over 224, bicubic.</summary>
public sealed class CentreCropOptions
{
    /// <summary>
    /// Resized sides over the network's: the image is resized until the side that is relatively shorter is <c>floor(ratio * network side)</c>; for square networks, the shorter side.
    /// </summary>
    /// <value>1 to 16. Default 256/224. 1: the centre is as large as the image allows.</value>
    public double ResizeRatio { get; set; } = 256.0 / 224;

    /// <summary>The kernel that resizes.</summary>
    /// <value>Default <see cref="ResampleFilter.Bicubic"/>.</value>
    public ResampleFilter Filter { get; set; } = ResampleFilter.Bicubic;

    /// <summary>An independent copy.</summary>
    public CentreCropOptions Clone() => (CentreCropOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(ResizeRatio is >= 1 and <= 16, nameof(ResizeRatio), ResizeRatio, "lie between 1 and 16");
        errors.Require(Enum.IsDefined(Filter), nameof(Filter), Filter, "be a resampling filter");
    }
}
