using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Onnx.Graphs;

namespace MaskedPretraining.Onnx.Probes;

/// <summary>Batch normalisation and linear layer of a classifier in a graph.</summary>
internal static class LinearHead
{
    /// <summary>Adds the layer.</summary>
    /// <returns>Logits <c>[N, K]</c>.</returns>
    public static string Append(ProbeGraph graph, LinearProbeWeights probe)
    {
        var builder = graph.Builder;
        // The mean is subtracted in its own step: folded into the bias it would cancel there, for features whose mean is far larger than their deviation.
        string centred = Array.TrueForAll(probe.RunningMean, mean => mean == 0)
            ? graph.Features
            : builder.Node("Sub", "features.centred", [graph.Features, builder.Constant("head.mean", probe.RunningMean, probe.Width)]);
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
