using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>A frozen encoder with a linear classifier on its features: adds <c>PredictedLabel</c> and <c>Score</c> to images.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class ImageLinearProbeTransformer : ScoringTransformer
{
    private readonly ClassifierScoring _scoring;
    private readonly ImageProbeResult _result;

    internal ImageLinearProbeTransformer(MLContext context, ClassifierScoring scoring, ImageProbeResult result)
        : base(context, scoring) => (_scoring, _result) = (scoring, result);

    /// <summary>Encoder, pooling and probe.</summary>
    public ImageClassifierWeights Weights => _result.Classifier;

    /// <summary>One entry an epoch that ended.</summary>
    public IReadOnlyList<LinearProbeMetrics> Metrics => _result.Probe.Metrics;

    /// <inheritdoc cref="LinearProbeResult.Best"/>
    public LinearProbeMetrics? Best => _result.Probe.Best;

    /// <summary>Whether training was cancelled before its last epoch ended.</summary>
    public bool WasCancelled => _result.Probe.WasCancelled;

    /// <summary>Writes the classifier as an ONNX model: input <c>pixels</c> <c>[N, C, H, W]</c> in 0..255, normalisation inside; outputs <c>Score</c> <c>[N, K]</c> and <c>class</c> <c>[N]</c> (from 0).</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path) => _scoring.Export(path);
}
