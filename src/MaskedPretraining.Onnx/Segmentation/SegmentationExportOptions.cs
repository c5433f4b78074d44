using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Onnx.Segmentation;

/// <summary>What an exported segmentation probe returns, and under which names.</summary>
/// <remarks>K classes, R x C patches, images of H x W pixels.</remarks>
public sealed class SegmentationExportOptions
{
    /// <summary>Name of the input, <c>[N, C, H, W]</c> in 0..255.</summary>
    /// <value>Default <c>pixels</c>.</value>
    public string InputName { get; set; } = "pixels";

    /// <summary>Name of the scores (logits) of each class in each patch, <c>[N, K, R, C]</c>.</summary>
    /// <value>Default <c>scores</c>.</value>
    public string ScoreName { get; set; } = "scores";

    /// <summary>Name of the number of each pixel's class, from 0, as Single <c>[N, H, W]</c>: the greatest of the scores, interpolated to pixels; null leaves it out.</summary>
    /// <value>Default null.</value>
    public string? MaskName { get; set; }

    /// <summary>Name of the probability that a patch shows another class than class 0, <c>[N, R, C]</c>; null leaves it out.</summary>
    /// <value>Default null.</value>
    public string? ForegroundName { get; set; }

    /// <summary>Whether the model takes exactly one image and returns it without the first axis.</summary>
    /// <value>Default false: N is free.</value>
    public bool SingleRow { get; set; }

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    public void Validate(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        GraphNames.Validate(
            errors,
            [
                (nameof(InputName), InputName), (nameof(ScoreName), ScoreName),
                .. MaskName is null ? [] : new (string, string?)[] { (nameof(MaskName), MaskName) },
                .. ForegroundName is null ? [] : new (string, string?)[] { (nameof(ForegroundName), ForegroundName) },
            ]);
    }
}
