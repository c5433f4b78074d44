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

    /// <summary>Writes the encoder as an ONNX model: input <c>pixels</c> <c>[N, C, H, W]</c> in 0..255, normalisation inside; outputs named <c>cls</c>, <c>mean</c>, <c>patches</c>, <c>attention</c>, <c>pyramid_0</c> to <c>pyramid_3</c>.</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <param name="outputs">What the model returns.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path, EncoderOutputs outputs = EncoderOutputs.Cls)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        EncoderExporter.Export(Weights, outputs, path);
    }
}
