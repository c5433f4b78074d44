using MaskedPretraining.Core.Attention;
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
}
