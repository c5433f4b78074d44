using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Segmentation;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Trains a linear classifier of patches on the patch tokens of a frozen encoder: the field's measure of what features are worth for segmentation.</summary>
    /// <param name="encoder">The encoder, for example <see cref="GuidedMaeTransformer.Weights"/>. Images are stretched to its size; <see cref="EncoderResizing"/> changes that.</param>
    /// <param name="maskColumnName">Masks of the whole image; see <see cref="SegmentationMasks"/>. Images, or vectors of Single or Byte <c>[height, width]</c>. Only for training.</param>
    /// <param name="inputColumnName">Image column, or vector of C*H*W Single or Byte values in 0..255 of exactly the encoder's size.</param>
    /// <param name="options">Classes, training, names of the new columns; null: object masks. Copied.</param>
    /// <param name="cancellationToken">Ends training early; fitting then returns the probe as it is.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    public SegmentationProbeEstimator SegmentationProbe(
        EncoderWeights encoder, string maskColumnName = "Mask", string inputColumnName = "Image", SegmentationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentException.ThrowIfNullOrWhiteSpace(maskColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(inputColumnName);
        return new SegmentationProbeEstimator(_context, encoder, maskColumnName, inputColumnName, options ?? new SegmentationOptions(), cancellationToken);
    }

    /// <summary>Scores a column of segmentation scores against masks: mean intersection over union, pixel accuracy, and the overlap of each class.</summary>
    /// <param name="data">Rows with scores and a mask each.</param>
    /// <param name="scoreColumnName">Scores of each class in each cell of a grid over the whole image, a vector of Single <c>[K, R, C]</c>. They are interpolated to the mask's size; the greatest decides.</param>
    /// <param name="maskColumnName">Masks of any size: images, or vectors of Single or Byte <c>[height, width]</c>.</param>
    /// <param name="masks">What the masks' numbers mean.</param>
    /// <returns>The scores, of the pixels of all rows together.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than needed, or there are more than two scores for masks of objects.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a row cannot be scored: no mask, a class that there is not, a score that is no number. The message names the row.</exception>
    public SegmentationMetrics EvaluateSegmentation(
        IDataView data, string scoreColumnName = "SegmentationScores", string maskColumnName = "Mask", SegmentationMasks masks = SegmentationMasks.Objects)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrWhiteSpace(scoreColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(maskColumnName);
        using var channel = ((IChannelProvider)_context).Start(nameof(EvaluateSegmentation));
        var metrics = SegmentationEvaluation.Run(data, scoreColumnName, maskColumnName, masks);
        channel.Info(MessageSensitivity.None, "{0} masks scored.", metrics.Images);
        return metrics;
    }
}
