using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>Pre-trains a vision transformer (ViT-Ti) on images without labels and adds a column with its feature vectors.</summary>
    /// <param name="outputColumnName">Name of the new column, a vector of Single <c>[192]</c>.</param>
    /// <param name="inputColumnName">Image column, or vector of 3*<paramref name="imageSize"/>*<paramref name="imageSize"/> Single or Byte values in 0..255; null: same as <paramref name="outputColumnName"/>.</param>
    /// <param name="imageSize">Height and width in pixels to which images are brought; a multiple of <paramref name="patchSize"/>.</param>
    /// <param name="patchSize">Side of a patch in pixels.</param>
    /// <param name="epochs">Epochs, at least 0.</param>
    /// <param name="batchSize">Images in a batch, at least 1.</param>
    /// <param name="masking">Which patches are hidden; null: 75 % at random.</param>
    /// <exception cref="InvalidOptionsException">The arguments lie outside their ranges or cannot work together; the message lists every one.</exception>
    public GuidedMaeEstimator GuidedMae(
        string outputColumnName = "Features", string? inputColumnName = "Image", int imageSize = 96, int patchSize = 8, int epochs = 400, int batchSize = 128, Masking? masking = null) =>
        GuidedMae(outputColumnName, inputColumnName, new GuidedMaeOptions
        {
            Architecture = VisionTransformerOptions.Tiny(imageSize, patchSize),
            Epochs = epochs,
            BatchSize = batchSize,
            Masking = masking ?? Masking.Random(),
        });

    /// <summary>Pre-trains a vision transformer on images without labels and adds a column with its feature vectors.</summary>
    /// <param name="outputColumnName">Name of the new column, a vector of Single <c>[D]</c>.</param>
    /// <param name="inputColumnName">Image column, or vector of C*H*W Single or Byte values in 0..255; null: same as <paramref name="outputColumnName"/>.</param>
    /// <param name="options">Encoder, masking, recipe; copied.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges or cannot work together; the message lists every one.</exception>
    public GuidedMaeEstimator GuidedMae(string outputColumnName, string? inputColumnName, GuidedMaeOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        return new GuidedMaeEstimator(_context, outputColumnName, inputColumnName ?? outputColumnName, options);
    }

    /// <summary>Adds a column with a map of what matters in an image: class attention, TokenCut, Grad-CAM, a model of yours, or another column's maps.</summary>
    /// <param name="outputColumnName">Name of the new column, a vector of Single <c>[R, C]</c> (rows and columns of the grid, values 0..1).</param>
    /// <param name="inputColumnName">Image column, or vector of C*H*W Single or Byte values in 0..255, or for maps of a column that column; null: same as <paramref name="outputColumnName"/>.</param>
    /// <param name="options">Where maps come from, how images are resized, which further columns there are; copied.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    public AttentionMapEstimator AttentionMap(string outputColumnName, string? inputColumnName, AttentionMapOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(outputColumnName);
        ArgumentNullException.ThrowIfNull(options);
        return new AttentionMapEstimator(_context, outputColumnName, inputColumnName ?? outputColumnName, options);
    }

    /// <summary>Classifies images by the labelled images with the most similar features (weighted k-NN, DINO's protocol).</summary>
    /// <param name="labelColumnName">Label column, a key of known cardinality.</param>
    /// <param name="featureColumnName">Feature column, a vector of Single of known size.</param>
    /// <param name="neighbors">Neighbours that vote, at most the number of labelled rows.</param>
    /// <param name="temperature">Temperature of the votes, at least 0.02.</param>
    public KnnEstimator Knn(string labelColumnName = "Label", string featureColumnName = "Features", int neighbors = 20, double temperature = 0.07)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(featureColumnName);
        return new KnnEstimator(_context, labelColumnName, featureColumnName, new KnnOptions { Neighbors = neighbors, Temperature = temperature });
    }

    /// <summary>Trains a linear classifier on the features of a frozen encoder (MAE's protocol).</summary>
    /// <param name="labelColumnName">Label column, a key of known cardinality.</param>
    /// <param name="featureColumnName">Feature column, a vector of Single of known size.</param>
    /// <param name="epochs">Epochs, at least 1; null: MAE's 90, or as many as make 3,000 steps if that is more.</param>
    /// <param name="batchSize">Rows in a batch, at least 2.</param>
    /// <exception cref="InvalidOptionsException">The arguments lie outside their ranges; the message lists every one.</exception>
    public LinearProbeEstimator LinearProbe(string labelColumnName = "Label", string featureColumnName = "Features", int? epochs = null, int batchSize = 128) =>
        LinearProbe(labelColumnName, featureColumnName, new LinearProbeOptions { Epochs = epochs, BatchSize = batchSize });

    /// <summary>Trains a linear classifier on the features of a frozen encoder (MAE's protocol).</summary>
    /// <param name="labelColumnName">Label column, a key of known cardinality.</param>
    /// <param name="featureColumnName">Feature column, a vector of Single of known size.</param>
    /// <param name="options">Epochs, learning rate and the like; copied.</param>
    /// <param name="cancellationToken">Ends training early; fitting then returns the classifier as it is.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    public LinearProbeEstimator LinearProbe(string labelColumnName, string featureColumnName, LinearProbeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(labelColumnName);
        ArgumentException.ThrowIfNullOrWhiteSpace(featureColumnName);
        ArgumentNullException.ThrowIfNull(options);
        return new LinearProbeEstimator(_context, labelColumnName, featureColumnName, options, cancellationToken);
    }
}
