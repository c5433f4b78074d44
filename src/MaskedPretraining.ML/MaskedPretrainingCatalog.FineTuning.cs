using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Training;
using MaskedPretraining.Torch.FineTuning;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Fine-tunes a pre-trained encoder with a new linear head into an image classifier.</summary>
    /// <param name="labelColumnName">Label column, a key of known cardinality.</param>
    /// <param name="imageColumnName">Image column, or vector of C*H*W Single or Byte values in 0..255.</param>
    /// <param name="encoder">The encoder: <see cref="GuidedMaeTransformer.Weights"/>, <see cref="LoadedEncoderTransformer.Weights"/> or any other.</param>
    /// <param name="options">The recipe; copied. Null: MAE's for ViT-B in batches of 128. Presets of the papers, and <see cref="FineTuningOptions.SmallImages"/>, are static methods there.</param>
    /// <param name="runFolder">Where checkpoints and metrics go; if it holds a checkpoint the run goes on from there. Null to keep nothing.</param>
    /// <param name="progress">Told after every step and every epoch.</param>
    /// <param name="cancellationToken">Ends training early; fitting then returns the best epoch so far, or the classifier as it is.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    public FineTuneEstimator FineTune(
        string labelColumnName,
        string imageColumnName,
        EncoderWeights encoder,
        FineTuningOptions? options = null,
        string? runFolder = null,
        IProgress<FineTuningMetrics>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(imageColumnName);
        ArgumentNullException.ThrowIfNull(encoder);
        return new FineTuneEstimator(
            _context, labelColumnName, imageColumnName, encoder, null, options ?? new FineTuningOptions(), new FineTuningSupervision(runFolder, progress, cancellationToken));
    }

    /// <summary>Goes on with a classifier of the same classes, its head included: on more images, or with another recipe.</summary>
    /// <param name="labelColumnName">Label column, a key of known cardinality with the classifier's classes.</param>
    /// <param name="imageColumnName">Image column, or vector of C*H*W Single or Byte values in 0..255.</param>
    /// <param name="classifier"><see cref="FineTuneTransformer.Weights"/>.</param>
    /// <param name="options">The recipe; copied, but for its pooling, which is the classifier's. Null: MAE's for ViT-B in batches of 128.</param>
    /// <param name="runFolder">Where checkpoints and metrics go; if it holds a checkpoint the run goes on from there. Null to keep nothing.</param>
    /// <param name="progress">Told after every step and every epoch.</param>
    /// <param name="cancellationToken">Ends training early; fitting then returns the best epoch so far, or the classifier as it is.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    public FineTuneEstimator FineTune(
        string labelColumnName,
        string imageColumnName,
        ImageClassifierWeights classifier,
        FineTuningOptions? options = null,
        string? runFolder = null,
        IProgress<FineTuningMetrics>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(imageColumnName);
        ArgumentNullException.ThrowIfNull(classifier);
        var recipe = (options ?? new FineTuningOptions()).Clone();
        recipe.Pooling = classifier.Pooling;
        return new FineTuneEstimator(_context, labelColumnName, imageColumnName, classifier.Encoder, classifier, recipe, new FineTuningSupervision(runFolder, progress, cancellationToken));
    }
}
