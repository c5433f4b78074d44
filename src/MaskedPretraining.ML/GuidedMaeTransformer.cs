using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Encoders;
using MaskedPretraining.ML.Lowering;
using MaskedPretraining.ML.Scoring;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>A pre-trained encoder: turns images into feature vectors.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class GuidedMaeTransformer : ScoringTransformer
{
    private readonly EncoderScoring _scoring;
    private readonly PretrainingResult _result;
    private readonly GuidedMaeOptions _options;

    internal GuidedMaeTransformer(MLContext context, EncoderScoring scoring, PretrainingResult result, GuidedMaeOptions options)
        : base(context) => (_scoring, _result, _options) = (scoring, result, options);

    /// <summary>The encoder's shape and tensors under timm's names.</summary>
    public EncoderWeights Weights => _result.Encoder;

    /// <summary>One entry an epoch that ended, earlier parts of a resumed run included.</summary>
    public IReadOnlyList<PretrainingMetrics> Metrics => _result.Metrics;

    /// <summary>Whether training was cancelled before its last epoch ended.</summary>
    public bool WasCancelled => _result.WasCancelled;

    private protected override ScoringPlan Plan => _scoring.Plan;

    /// <summary>Writes the encoder as an ONNX model: input <c>pixels</c> <c>[N, C, H, W]</c> in 0..255, normalisation inside; outputs named <c>cls</c>, <c>mean</c>, <c>patches</c>, <c>attention</c>.</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <param name="outputs">What the model returns.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path, EncoderOutputs outputs = EncoderOutputs.Cls)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        EncoderExporter.Export(Weights, outputs, path);
    }

    private protected override InBoxChain Lower(string directory) => _scoring.Lower(directory);
}
