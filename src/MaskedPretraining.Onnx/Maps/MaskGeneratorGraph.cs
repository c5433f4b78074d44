using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>AutoMAE's mask generator (Chen et al. 2023) inside of a graph: two convolutions over the heads' attention, one channel a head.</summary>
internal static class MaskGeneratorGraph
{
    private const string First = "scorer_pred.main.0";
    private const string Second = "scorer_pred.main.2";

    // Far below any difference of probabilities in single precision; keeps zero over zero out.
    private const double SmallestRange = 1e-30;

    /// <summary>Adds the generator.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="attention">Attention of the class token to the patches, not renormalised, <c>[N, h, P]</c>.</param>
    /// <param name="generator">Its weights.</param>
    /// <returns>Logarithms of probabilities, <c>[N, P]</c>.</returns>
    public static string Logits(GraphBuilder graph, string attention, MaskGeneratorWeights generator)
    {
        var math = new GraphMath(graph, "generator", TensorProto.Types.DataType.Float);
        var architecture = generator.Provider.Architecture;
        var grid = architecture.Grid;
        string maps = math.Reshape(math.Multiply(attention, generator.Options.AttentionScale ?? grid.Count), -1, architecture.Heads, grid.Rows, grid.Columns);
        string hidden = math.Apply("Relu", [Convolution(First, maps, architecture.Heads, generator.Options.Hidden)]);
        return math.Apply("LogSoftmax", [math.Reshape(Convolution(Second, hidden, generator.Options.Hidden, 1), -1, grid.Count)], NodeAttribute.Integer("axis", 1));

        string Convolution(string name, string input, int inputs, int outputs) => math.Apply(
            "Conv",
            [input, Weight($"{name}.weight", outputs, inputs, 3, 3), Weight($"{name}.bias", outputs)],
            NodeAttribute.Integers("pads", 1, 1, 1, 1));

        string Weight(string name, params long[] shape)
        {
            var tensor = generator.Weights[name];
            return tensor.Shape.SequenceEqual(shape)
                ? graph.Constant(name, tensor.ToSingles(), shape)
                : throw new ArgumentException($"'{name}' of the mask generator is {Text(tensor.Shape)}, but {Text(shape)} is needed for {architecture.Heads} heads and {generator.Options.Hidden} hidden channels.", nameof(generator));
        }
    }

    /// <summary>The probabilities scaled from the smallest to the largest of each image to 0..1; zeros where all are equal.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="logits"><c>[N, P]</c>.</param>
    public static string Map(GraphBuilder graph, string logits)
    {
        var math = new GraphMath(graph, "generator.map", TensorProto.Types.DataType.Float);
        string probabilities = math.Exp(logits);
        string least = math.Least(probabilities, 1);
        string range = math.Max(math.Subtract(math.Largest(probabilities, 1), least), math.Number(SmallestRange));
        return math.Divide(math.Subtract(probabilities, least), range);
    }

    private static string Text(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
