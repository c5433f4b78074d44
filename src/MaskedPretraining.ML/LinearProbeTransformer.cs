using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>A linear classifier over features: adds <c>PredictedLabel</c> and <c>Score</c>.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class LinearProbeTransformer : ScoringTransformer
{
    private readonly ClassifierScoring _scoring;
    private readonly LinearProbeResult _result;

    internal LinearProbeTransformer(MLContext context, ClassifierScoring scoring, LinearProbeResult result)
        : base(context, scoring) => (_scoring, _result) = (scoring, result);

    /// <summary>Normalisation and linear layer.</summary>
    public LinearProbeWeights Weights => _result.Weights;

    /// <summary>One entry an epoch that ended.</summary>
    public IReadOnlyList<LinearProbeMetrics> Metrics => _result.Metrics;

    /// <inheritdoc cref="LinearProbeResult.Best"/>
    public LinearProbeMetrics? Best => _result.Best;

    /// <summary>Whether training was cancelled before its last epoch ended.</summary>
    public bool WasCancelled => _result.WasCancelled;

    /// <summary>Writes the classifier as an ONNX model: input <c>Features</c> <c>[N, D]</c>, outputs <c>Score</c> <c>[N, K]</c> and <c>class</c> <c>[N]</c> (from 0).</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path) => _scoring.Export(path);
}
