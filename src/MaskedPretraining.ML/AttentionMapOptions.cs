using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints.Encoders;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.ML;

/// <summary>Where attention maps come from.</summary>
public sealed class AttentionMapOptions
{
    private AttentionMapOptions(EncoderWeights encoder) => Encoder = encoder;

    /// <summary>How the heads' rows become one map.</summary>
    /// <value>Default <see cref="HeadNormalization.PerHeadThenMean"/>, AMT's.</value>
    public HeadNormalization HeadNormalization { get; set; } = HeadNormalization.PerHeadThenMean;

    internal EncoderWeights Encoder { get; }

    /// <summary>Maps from the attention of an encoder's own class token in its last block (AMT, section 3.2; the map of a trained MAE or DINO encoder outlines objects).</summary>
    /// <param name="encoder">The encoder.</param>
    public static AttentionMapOptions FromEncoder(EncoderWeights encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return new AttentionMapOptions(encoder);
    }

    /// <summary>Maps from the encoder that was pre-trained before.</summary>
    /// <param name="transformer">A fitted <see cref="GuidedMaeEstimator"/>. It may be disposed afterwards.</param>
    public static AttentionMapOptions FromEncoder(GuidedMaeTransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return new AttentionMapOptions(transformer.Weights);
    }

    /// <summary>Maps from an encoder that another program has trained, DINO's for example.</summary>
    /// <param name="transformer">A fitted <see cref="LoadedEncoderEstimator"/>. It may be disposed afterwards.</param>
    public static AttentionMapOptions FromEncoder(LoadedEncoderTransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return new AttentionMapOptions(transformer.Weights);
    }

    /// <summary>Maps from the encoder of a checkpoint of another program, DINO's for example.</summary>
    /// <param name="path">A safetensors file, a file of torch.save, or the index of several.</param>
    /// <param name="options">What the checkpoint does not say itself, and the image size that the encoder shall have; null for as trained.</param>
    /// <inheritdoc cref="EncoderReader.Load(string, EncoderLoadOptions?)" path="/exception"/>
    public static AttentionMapOptions FromFile(string path, EncoderLoadOptions? options = null) => new(EncoderReader.Load(path, options));
}
