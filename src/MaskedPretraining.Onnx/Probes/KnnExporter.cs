using System.Globalization;
using System.Numerics.Tensors;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Graphs;

namespace MaskedPretraining.Onnx.Probes;

/// <summary>Writes a weighted k-nearest-neighbour classifier (Wu et al. 2018, as DINO uses it) with its stored features as an ONNX model.</summary>
/// <remarks>
/// The k stored features most similar to a row (cosine) vote for their classes with weight <c>exp(similarity / temperature)</c>; probabilities are the votes divided by their sum. Written as a softmax over the k
/// similarities, so that no temperature overflows. Of equal similarities the one stored first comes first; of equal votes the class with the lower number wins.
/// </remarks>
public static class KnnExporter
{
    // Only a row of zeros is shorter; it stays zeros instead of becoming NaN.
    private const float SmallestNorm = 1e-12f;

    /// <summary>Writes a k-nearest-neighbour classifier.</summary>
    /// <param name="features">Stored features, <c>[T, D]</c>; written divided by their norms.</param>
    /// <param name="labels">Class of each, <c>[T]</c>, 0..<paramref name="classes"/>-1.</param>
    /// <param name="classes">Number of classes K, at least 2.</param>
    /// <param name="knn">Voters and temperature.</param>
    /// <param name="options">What the model returns, and under which names.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="InvalidOptionsException">A number or an option cannot be used; the message names all of them.</exception>
    /// <exception cref="NotSupportedException">The model would exceed 2 GB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Export(FeatureMatrix features, ReadOnlySpan<int> labels, int classes, KnnOptions knn, ProbeExportOptions options, string path)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(knn);
        ArgumentNullException.ThrowIfNull(options);
        var errors = new OptionErrors();
        knn.Validate(errors);
        options.Validate(errors, classes);
        errors.Require(knn.Neighbors <= features.Rows, nameof(KnnOptions.Neighbors), knn.Neighbors, $"be at most {features.Rows}, the number of stored features");
        errors.Require(labels.Length == features.Rows, nameof(labels), $"{labels.Length} numbers", $"hold one number for each of the {features.Rows} stored features");
        int wrong = labels.IndexOfAnyExceptInRange(0, classes - 1);
        errors.Require(wrong < 0, nameof(labels), wrong < 0 ? null : labels[wrong], $"lie in 0..{classes - 1}");
        errors.Require(classes >= 2, nameof(classes), classes, "be at least 2");
        errors.ThrowIfAny(nameof(KnnExporter));
        ModelFile.RefuseIfTooLarge((long)features.Values.Length * sizeof(float), path);
        Write(features, labels, classes, knn, options, path);
    }

    private static void Write(FeatureMatrix features, ReadOnlySpan<int> labels, int classes, KnnOptions knn, ProbeExportOptions options, string path)
    {
        var graph = new ProbeGraph("knn", features.Width, classes, options);
        var builder = graph.Builder;
        string norm = builder.Node("ReduceL2", "features.norm", [graph.Features], NodeAttribute.Integers("axes", 1));
        norm = builder.Node("Max", "features.safe_norm", [norm, builder.SharedConstant("smallest_norm", SmallestNorm)]);
        string unit = builder.Node("Div", "features.unit", [graph.Features, norm]);
        string similarities = builder.Node("Gemm", "similarities", [unit, builder.Constant("bank", Normalize(features), features.Rows, features.Width)], NodeAttribute.Integer("transB", 1));
        builder.Node("TopK", "nearest", [similarities, builder.Integers("k", [knn.Neighbors], 1)], ["nearest.similarities", "nearest.rows"], []);
        string scaled = builder.Node("Div", "nearest.scaled", ["nearest.similarities", builder.SharedConstant("temperature", (float)knn.Temperature)]);
        string votes = builder.Node("Softmax", "nearest.votes", [scaled], NodeAttribute.Integer("axis", -1));

        long[] numbers = new long[labels.Length];
        TensorPrimitives.ConvertChecked(labels, numbers.AsSpan());
        // [N, 1, k] x [N, k, K]: each voter's weight goes to its class.
        string voters = builder.Node("Gather", "nearest.labels", [builder.Integers("labels", numbers, numbers.Length), "nearest.rows"]);
        votes = builder.Node("Reshape", "nearest.vote_rows", [votes, builder.Integers("vote_shape", [-1, 1, knn.Neighbors], 3)]);
        string scores = builder.Node("MatMul", "class.votes", [votes, graph.OneHot("nearest.one_hot", voters)]);
        scores = builder.Node("Reshape", "probabilities", [scores, builder.Integers("score_shape", [-1, classes], 2)]);
        builder.Metadata("neighbors", knn.Neighbors.ToString(CultureInfo.InvariantCulture));
        builder.Metadata("temperature", knn.Temperature.ToString(CultureInfo.InvariantCulture));
        graph.Write(scores, scores, path);
    }

    private static float[] Normalize(FeatureMatrix features)
    {
        float[] unit = new float[features.Values.Length];
        for (int index = 0; index < features.Rows; index++)
        {
            var row = features.Row(index);
            TensorPrimitives.Divide(row, MathF.Max(TensorPrimitives.Norm(row), SmallestNorm), unit.AsSpan(index * features.Width, features.Width));
        }

        return unit;
    }
}
