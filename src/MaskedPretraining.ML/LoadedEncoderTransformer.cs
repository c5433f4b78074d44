using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Encoders;
using MaskedPretraining.Onnx.Encoders;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>An encoder that another program has trained: turns images into feature vectors.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class LoadedEncoderTransformer : ScoringTransformer
{
    internal LoadedEncoderTransformer(MLContext context, EncoderScoring scoring, EncoderWeights weights)
        : base(context, scoring) => Weights = weights;

    /// <summary>The encoder's shape and tensors under timm's names.</summary>
    public EncoderWeights Weights { get; }

    /// <summary>Writes the encoder as an ONNX model: input <c>pixels</c> <c>[N, C, H, W]</c> in 0..255, normalisation inside; outputs named <c>cls</c>, <c>mean</c>, <c>patches</c>, <c>attention</c>, <c>pyramid_0</c> to <c>pyramid_3</c>. The result is compared with the network before it takes the name.</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <param name="outputs">What the model returns, at least one.</param>
    /// <inheritdoc cref="ExportOnnx(string, EncoderExportOptions)" path="/exception"/>
    public void ExportOnnx(string path, EncoderOutputs outputs = EncoderOutputs.Cls) => ExportOnnx(path, new EncoderExportOptions { Outputs = outputs });

    /// <summary>Writes the encoder as an ONNX model with names, shape and weights of choice: half-precision or 8-bit weights make smaller files. The result is compared with the network before it takes the name.</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <param name="options">What the model returns, under which names, and how its weights are kept.</param>
    /// <exception cref="MaskedPretraining.Core.Validation.InvalidOptionsException">The options cannot be used; the message lists every reason.</exception>
    /// <exception cref="InvalidOperationException">The model computes something else than the network, within the tolerance of its weights.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path, EncoderExportOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(options);
        EncoderFile.Write(Context, Weights, options, path);
    }
}
