using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Onnx.Graphs;

namespace MaskedPretraining.Onnx.Probes;

/// <summary>Batch normalisation and linear layer of a classifier in a graph.</summary>
internal static class LinearHead
{
    /// <summary>Adds the layer behind a classifier's features.</summary>
    /// <returns>Logits <c>[N, K]</c>.</returns>
    public static string Append(ProbeGraph graph, LinearProbeWeights probe) => Append(graph.Builder, graph.Features, probe);

    /// <summary>Adds the layer.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="features">Features in it, <c>[N, D]</c>.</param>
    /// <param name="probe">The layer.</param>
    /// <returns>Logits <c>[N, K]</c>.</returns>
    public static string Append(GraphBuilder builder, string features, LinearProbeWeights probe)
    {
        // The mean is subtracted in its own step: folded into the bias it would cancel there, for features whose mean is far larger than their deviation.
        string centred = Array.TrueForAll(probe.RunningMean, mean => mean == 0)
            ? features
            : builder.Node("Sub", "features.centred", [features, builder.Constant("head.mean", probe.RunningMean, probe.Width)]);
        return builder.Node(
            "Gemm",
            "logits",
            [centred, builder.Constant("head.weight", DivideByDeviations(probe), probe.Classes, probe.Width), builder.Constant("head.bias", probe.Bias, probe.Classes)],
            NodeAttribute.Integer("transB", 1));
    }

    private static float[] DivideByDeviations(LinearProbeWeights probe)
    {
        double[] deviations = Array.ConvertAll(probe.RunningVariance, variance => Math.Sqrt(variance + probe.Epsilon));
        float[] weight = new float[probe.Weight.Length];
        for (int index = 0; index < weight.Length; index++)
        {
            weight[index] = (float)(probe.Weight[index] / deviations[index % deviations.Length]);
        }

        return weight;
    }
}
