using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Checkpoints.Encoders;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Comparison;
using MaskedPretraining.ML.Encoders;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Maps;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>An encoder that takes part in a comparison. Immutable.</summary>
/// <remarks>Encoders of the same name are repetitions of one method, pre-trained with other seeds for example: they share a row of the table, and its spread is over all of them.</remarks>
public sealed class ComparedEncoder
{
    private const string OwnFeatures = "Features";
    private readonly Func<MLContext, ComparedDataSet, OpenEncoder> _open;
    private readonly Func<MLContext, string> _fingerprint;

    private ComparedEncoder(string name, Func<MLContext, ComparedDataSet, OpenEncoder> open, Func<MLContext, string> fingerprint)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (Name, _open, _fingerprint) = (name, open, fingerprint);
    }

    /// <summary>What the encoder is called in tables.</summary>
    public string Name { get; }

    /// <summary>A fitted transformer that adds a feature column: of this library, or any other that can be saved.</summary>
    /// <param name="name">What the encoder is called in tables.</param>
    /// <param name="transformer">The transformer; it reads the image column that it was fitted on. It is not disposed of.</param>
    /// <param name="featureColumnName">The feature column that it adds, a vector of Single of known size.</param>
    public static ComparedEncoder Of(string name, ITransformer transformer, string featureColumnName = OwnFeatures)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentException.ThrowIfNullOrWhiteSpace(featureColumnName);
        var weights = transformer switch { GuidedMaeTransformer guided => guided.Weights, LoadedEncoderTransformer loaded => loaded.Weights, _ => null };
        return new ComparedEncoder(
            name, (_, _) => new OpenEncoder(transformer, featureColumnName, weights, isOwned: false), context => $"column {featureColumnName} of model {Fingerprint.OfModel(context, transformer)}");
    }

    /// <summary>Weights in memory. The encoder reads the image column of each data set.</summary>
    /// <param name="name">What the encoder is called in tables.</param>
    /// <param name="weights">Shape and tensors.</param>
    /// <param name="pooling">How an image's tokens become its feature vector.</param>
    public static ComparedEncoder Of(string name, EncoderWeights weights, FeaturePooling pooling = FeaturePooling.Cls)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var columns = EncoderColumns.Create(OwnFeatures, pooling, null, null, nameof(ComparedEncoder));
        OpenEncoder Open(MLContext context, ComparedDataSet data)
        {
            var input = ImageInput.Find(data.Train.Schema, data.ImageColumnName, weights.Architecture);
            var scoring = new EncoderScoring(context, weights, HeadNormalization.PerHeadThenMean, input, columns);
            return new OpenEncoder(new LoadedEncoderTransformer(context, scoring, weights), OwnFeatures, weights, isOwned: true);
        }

        return new ComparedEncoder(name, Open, _ => $"{pooling} of {MapMaker.Describe(weights)}");
    }

    /// <summary>An encoder of another program, see <see cref="MaskedPretrainingCatalog.LoadEncoder(string, string, string?, int?)"/>.</summary>
    /// <param name="name">What the encoder is called in tables.</param>
    /// <param name="path">The checkpoint; read now.</param>
    /// <param name="options">What the checkpoint does not say itself; null for nothing.</param>
    /// <param name="pooling">How an image's tokens become its feature vector.</param>
    /// <exception cref="CheckpointFormatException">The file is damaged or holds no such encoder.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static ComparedEncoder FromCheckpoint(string name, string path, EncoderLoadOptions? options = null, FeaturePooling pooling = FeaturePooling.Cls) =>
        Of(name, EncoderReader.Load(path, options), pooling);

    /// <summary>An encoder with its first weights: what a trained one must beat.</summary>
    /// <param name="name">What the encoder is called in tables.</param>
    /// <param name="architecture">The encoder's shape.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    /// <param name="pooling">How an image's tokens become its feature vector.</param>
    /// <exception cref="InvalidOptionsException">The architecture is impossible.</exception>
    public static ComparedEncoder Untrained(string name, VisionTransformerOptions architecture, ulong seed = 0, FeaturePooling pooling = FeaturePooling.Cls) =>
        Of(name, UntrainedEncoder.Create(architecture, seed), pooling);

    /// <summary>The encoder as a transformer of a data set.</summary>
    internal OpenEncoder Open(MLContext context, ComparedDataSet data) => _open(context, data);

    /// <summary>A text that is the same only for encoders that compute the same features.</summary>
    internal string FingerprintOf(MLContext context) => _fingerprint(context);
}
