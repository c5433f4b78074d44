using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Objectives;

/// <summary>
/// Histograms of oriented gradients as the reconstruction target (MaskFeat: Wei et al. 2022, section 3.2). The defaults are those of its code: 9 bins, cells of 8 pixels, no window,
/// 108 numbers for a colour patch of 16 pixels.
/// </summary>
public sealed class HogOptions
{
    /// <summary>Directions that are told apart over half a turn; opposite gradients count as one direction.</summary>
    /// <value>2 to 180. Default 9, bins of 20 degrees.</value>
    public int Bins { get; set; } = 9;

    /// <summary>Side of a square cell, over which one histogram a channel is made.</summary>
    /// <value>Pixels; at least 2 and a divisor of the patch side. Default 8.</value>
    public int CellSize { get; set; } = 8;

    /// <summary>Side of a Gaussian window that weighs the gradients, laid over the image tile by tile; its standard deviation is half its side.</summary>
    /// <value>Pixels; at least 2 and a divisor of both image sides. Null (default): no window, as MaskFeat's code. 16 is MMPretrain's.</value>
    public int? GaussianWindow { get; set; }

    /// <summary>Numbers F that describe a patch: <c>C * bins * (P / cell)^2</c>.</summary>
    /// <param name="images">Says how large patches are.</param>
    public int FeaturesOf(VisionTransformerOptions images)
    {
        ArgumentNullException.ThrowIfNull(images);
        int cells = images.PatchSize / CellSize;
        return images.Channels * Bins * cells * cells;
    }

    /// <summary>An independent copy.</summary>
    public HogOptions Clone() => (HogOptions)MemberwiseClone();

    /// <summary>Notes everything that is wrong with these options.</summary>
    /// <param name="errors">Where to.</param>
    /// <param name="images">The images and patches to describe.</param>
    public void Validate(OptionErrors errors, VisionTransformerOptions images)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(images);
        errors.Require(Bins is >= 2 and <= 180, "Hog.Bins", Bins, "be 2 to 180");
        errors.Require(CellSize >= 2 && images.PatchSize % CellSize == 0, "Hog.CellSize", CellSize, $"be at least 2 pixels and divide PatchSize {images.PatchSize}");
        errors.Require(
            GaussianWindow is null || (GaussianWindow >= 2 && images.ImageHeight % GaussianWindow == 0 && images.ImageWidth % GaussianWindow == 0),
            "Hog.GaussianWindow",
            GaussianWindow,
            $"be null, or at least 2 pixels and divide ImageHeight {images.ImageHeight} and ImageWidth {images.ImageWidth}");
    }
}
