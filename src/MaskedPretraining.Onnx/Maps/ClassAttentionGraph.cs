using MaskedPretraining.Core.Attention;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Maps;

/// <summary><see cref="AttentionMapNormalizer"/> inside of a graph.</summary>
internal static class ClassAttentionGraph
{
    private const double Epsilon = 1e-12;

    /// <summary>Adds the map.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="attention">Attention of the class token to the patches, <c>[N, h, P]</c>.</param>
    /// <param name="patches">P.</param>
    /// <param name="options">Which heads, what of them, and in which order.</param>
    /// <returns><c>[N, P]</c>.</returns>
    public static string Append(GraphBuilder graph, string attention, int patches, ClassAttentionOptions options)
    {
        var math = new GraphMath(graph, "map", TensorProto.Types.DataType.Double);
        string heads = math.Cast(options.Head is { } head ? math.Slice(attention, head, head + 1, 1) : attention);
        if (options.MassThreshold is { } share)
        {
            heads = KeepMass(graph, math, heads, patches, share);
        }

        if (options.Normalization == HeadNormalization.PerHeadThenMean)
        {
            heads = ToUnit(math, heads);
        }

        string pooled = options.Pooling == HeadPooling.Max
            ? math.Largest(heads, 1)
            : math.Apply("ReduceMean", [heads], NodeAttribute.Integers("axes", 1));
        if (options.Normalization == HeadNormalization.MeanThenMinMax)
        {
            pooled = ToUnit(math, pooled);
        }

        return math.Reshape(math.Cast(pooled, TensorProto.Types.DataType.Float), -1, patches);
    }

    private static string KeepMass(GraphBuilder graph, GraphMath math, string heads, int patches, double share)
    {
        var (sorted, order) = (math.Next("sorted"), math.Next("order"));
        graph.Node(
            "TopK",
            math.Next("TopK"),
            [heads, graph.Integers(math.Next("count"), [patches], 1)],
            [sorted, order],
            [NodeAttribute.Integer("axis", 2), NodeAttribute.Integer("largest", 0), NodeAttribute.Integer("sorted", 1)]);
        string cumulative = math.Apply("CumSum", [sorted, graph.Integers(math.Next("axis"), [2])]);
        string isKept = math.Greater(math.Divide(cumulative, math.Sum(heads, 2)), math.Number(1 - share));
        // The order is a permutation, so that every element is replaced.
        return math.Multiply(heads, math.Apply("ScatterElements", [heads, order, isKept], NodeAttribute.Integer("axis", 2)));
    }

    private static string ToUnit(GraphMath math, string rows)
    {
        string least = math.Least(rows, 2);
        return math.Divide(math.Subtract(rows, least), math.Add(math.Subtract(math.Largest(rows, 2), least), math.Number(Epsilon)));
    }
}
