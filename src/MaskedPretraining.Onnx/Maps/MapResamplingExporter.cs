using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>Writes a model that brings maps to another grid and to 0..1.</summary>
public static class MapResamplingExporter
{
    /// <summary>Writes it.</summary>
    /// <param name="given">The grid of the maps that it reads, <c>[N, given.Rows * given.Columns]</c>.</param>
    /// <param name="wanted">The grid of the maps that it makes.</param>
    /// <param name="normalize">Whether each map is scaled from its smallest to its largest value to 0..1; a constant one becomes zeros.</param>
    /// <param name="names">Names of input, map and box; no source is set.</param>
    /// <param name="path">Where to; an existing file is replaced, and left as it was on any error.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Export(PatchGrid given, PatchGrid wanted, bool normalize, AttentionMapExportOptions names, string path)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var graph = new GraphBuilder("maps");
        string maps = graph.Input(names.InputName, names.SingleRow, given.Count);
        MapOutputs.Append(graph, MapResampling.Append(new GraphMath(graph, "mpml.map", TensorProto.Types.DataType.Float), maps, given, wanted, normalize), wanted, names);
        graph.Metadata("version", Producer.Version);
        ModelFile.Write(graph.Build(), path);
    }
}
