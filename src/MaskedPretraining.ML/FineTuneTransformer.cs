using MaskedPretraining.Core.Models;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.Torch.FineTuning;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>A fine-tuned image classifier: adds <c>PredictedLabel</c> and <c>Score</c>.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class FineTuneTransformer : ScoringTransformer
{
    private readonly ClassifierScoring _scoring;
    private readonly FineTuningResult _result;

    internal FineTuneTransformer(MLContext context, ClassifierScoring scoring, FineTuningResult result)
        : base(context, scoring) => (_scoring, _result) = (scoring, result);

    /// <summary>Encoder, pooling and head; what <see cref="MaskedPretrainingCatalog.FineTune(string, string, ImageClassifierWeights, FineTuningOptions?, string?, IProgress{FineTuningMetrics}?, CancellationToken)"/> goes on with.</summary>
    public ImageClassifierWeights Weights => _result.Classifier;

    /// <summary>One entry an epoch that ended, earlier parts of a resumed run included.</summary>
    public IReadOnlyList<FineTuningMetrics> Metrics => _result.Metrics;

    /// <summary>The epoch whose weights these are, from 0; null if nothing was validated: then those of the last step.</summary>
    public int? BestEpoch => _result.BestEpoch;

    /// <summary>Whether training was cancelled before it was done.</summary>
    public bool WasCancelled => _result.WasCancelled;

    /// <summary>Writes the classifier as an ONNX model: input <c>pixels</c> <c>[N, C, H, W]</c> in 0..255, normalisation inside; outputs <c>Score</c> <c>[N, K]</c> and <c>class</c> <c>[N]</c> (from 0).</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path) => _scoring.Export(path);
}
