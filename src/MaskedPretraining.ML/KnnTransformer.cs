using MaskedPretraining.ML.Classification;
using Microsoft.ML;

namespace MaskedPretraining.ML;

/// <summary>Classifies images by the labelled images with the most similar features.</summary>
/// <inheritdoc cref="ScoringTransformer" path="/remarks"/>
public sealed class KnnTransformer : ScoringTransformer
{
    private readonly ClassifierScoring _scoring;

    internal KnnTransformer(MLContext context, ClassifierScoring scoring)
        : base(context, scoring) => _scoring = scoring;

    /// <summary>Writes the classifier as an ONNX model: input <c>Features</c> <c>[N, D]</c>, outputs <c>Score</c> <c>[N, K]</c> and <c>class</c> <c>[N]</c> (from 0).</summary>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void ExportOnnx(string path) => _scoring.Export(path);
}
