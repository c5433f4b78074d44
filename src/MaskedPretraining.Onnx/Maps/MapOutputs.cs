using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>What every map maker puts out: the map, and its box if asked for.</summary>
internal static class MapOutputs
{
    /// <param name="graph">The graph.</param>
    /// <param name="map"><c>[N, P]</c>, single precision.</param>
    /// <param name="grid">Its grid.</param>
    /// <param name="names">Names of map and box.</param>
    public static void Append(GraphBuilder graph, string map, PatchGrid grid, AttentionMapExportOptions names)
    {
        if (names.BoxName is { } boxName)
        {
            graph.Return(boxName, MapBoxGraph.Append(graph, map, grid), TensorProto.Types.DataType.Float, names.SingleRow, 4);
        }

        string shaped = new GraphMath(graph, "mpml.grid", TensorProto.Types.DataType.Float).Reshape(map, -1, grid.Rows, grid.Columns);
        graph.Return(names.MapName, shaped, TensorProto.Types.DataType.Float, names.SingleRow, grid.Rows, grid.Columns);
    }
}
