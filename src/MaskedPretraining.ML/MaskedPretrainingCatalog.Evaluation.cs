using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.ML.Maps;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Scores a column of maps against object masks or boxes: CorLoc, box and mask overlap, pixel accuracy, F score, pointing game, energy in the object.</summary>
    /// <param name="data">Rows with a map each, and a mask or boxes. Maps cover the whole image, as <see cref="MapResizing.Stretch"/> makes them.</param>
    /// <param name="mapColumnName">Maps, a vector of Single <c>[R, C]</c> in 0..1.</param>
    /// <param name="maskColumnName">Masks of any size: images, white inside (more than half bright), or vectors of Single or Byte <c>[height, width]</c>, other than 0 inside. Null: boxes are given.</param>
    /// <param name="boxColumnName">True boxes, a vector of Single with four numbers a box: left, top, right, bottom in shares of the image's width and height, 0 to 1. Null: masks are given.</param>
    /// <param name="pointingTolerance">The pointing game forgives a miss by at most so many pixels of the mask. The field takes 15 with maps as large as the photo.</param>
    /// <returns>The scores; those of pixels only with masks.</returns>
    /// <exception cref="ArgumentException">Not exactly one of mask and box column is named.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a row cannot be scored: a map with NaN or outside of 0..1, an empty mask, a box outside of the image. The message names the row.</exception>
    public AttentionMapMetrics EvaluateMaps(
        IDataView data, string mapColumnName = "AttentionMap", string? maskColumnName = null, string? boxColumnName = null, double pointingTolerance = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrWhiteSpace(mapColumnName);
        ArgumentOutOfRangeException.ThrowIfNegative(pointingTolerance);
        using var channel = ((IChannelProvider)_context).Start(nameof(EvaluateMaps));
        var metrics = (maskColumnName, boxColumnName) switch
        {
            ({ } mask, null) => MapEvaluation.Run(data, mapColumnName, mask, isMask: true, pointingTolerance),
            (null, { } box) => MapEvaluation.Run(data, mapColumnName, box, isMask: false, pointingTolerance),
            _ => throw new ArgumentException("Name either the column of masks or that of boxes.", nameof(maskColumnName)),
        };
        channel.Info(MessageSensitivity.None, "{0} maps scored.", metrics.Images);
        return metrics;
    }
}
