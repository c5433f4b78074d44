using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;
using MaskedPretraining.Onnx.Maps;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Maps;

/// <summary>A model that reads keys and cuts them: the normalised cut without an encoder before it.</summary>
internal sealed class CutModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly OnnxScorer _scorer;

    public CutModel(PatchGrid grid, int width, TokenCutOptions? options = null)
    {
        var graph = new GraphBuilder("cut");
        var cut = new NormalizedCutGraph(graph, graph.Input("keys", singleRow: false, grid.Count, width), grid.Count, options ?? new TokenCutOptions());
        graph.Return("box", MapBoxGraph.Append(graph, cut.Map, grid), TensorProto.Types.DataType.Float, false, 4);
        graph.Return("map", cut.Map, TensorProto.Types.DataType.Float, false, grid.Count);
        graph.Return("eigenvalue", cut.Eigenvalue, TensorProto.Types.DataType.Float, false, 1);
        graph.Return("degenerate", cut.Degenerate, TensorProto.Types.DataType.Float, false, 1);
        ModelFile.Write(graph.Build(), _folder["cut.onnx"]);
        _scorer = new OnnxScorer(_folder["cut.onnx"]);
    }

    public float[] Score(float[] keys, int images, string output) => _scorer.Score(keys, images, output);

    public void Dispose()
    {
        _scorer.Dispose();
        _folder.Dispose();
    }
}
