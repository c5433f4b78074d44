using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Objectives;

/// <summary>What the decoder predicts about a masked patch. Immutable.</summary>
public sealed class ReconstructionTarget
{
    private readonly HogOptions? _hog;

    private ReconstructionTarget(bool normalizesPixels, HogOptions? hog) => (NormalizesPixels, _hog) = (normalizesPixels, hog);

    /// <summary>The patch's pixels, scaled by the encoder's mean and deviation (MAE, SimMIM).</summary>
    public static ReconstructionTarget Pixels { get; } = new(normalizesPixels: false, hog: null);

    /// <summary>The patch's pixels with mean 0 and variance 1 in each patch: <c>(t - mean) / sqrt(var + 1e-6)</c> with the unbiased variance (MAE, section 4, reconstruction target).</summary>
    public static ReconstructionTarget NormalizedPixels { get; } = new(normalizesPixels: true, hog: null);

    /// <summary>Histograms of oriented gradients (MaskFeat).</summary>
    /// <param name="options">Bins and cells; copied. Null takes MaskFeat's.</param>
    public static ReconstructionTarget Hog(HogOptions? options = null) => new(normalizesPixels: false, (options ?? new HogOptions()).Clone());

    /// <summary>Whether pixels are normalised patch by patch.</summary>
    public bool NormalizesPixels { get; }

    /// <summary>The histograms' settings; null for pixels.</summary>
    public HogOptions? HogOptions => _hog?.Clone();

    /// <summary>Notes what is wrong with the target for images of a shape.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="encoder">The shape of images and patches.</param>
    public void Validate(OptionErrors errors, VisionTransformerOptions encoder)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(encoder);
        _hog?.Validate(errors, encoder);
    }

    /// <summary>The target and its settings.</summary>
    public override string ToString() => _hog is not null
        ? $"histograms of gradients, {_hog.Bins} bins, cells {_hog.CellSize}{(_hog.GaussianWindow is { } window ? $", window {window}" : "")}"
        : NormalizesPixels ? "normalised pixels" : "pixels";
}
