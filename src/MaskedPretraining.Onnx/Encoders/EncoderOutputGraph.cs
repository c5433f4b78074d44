using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>A vision transformer with the outputs that an encoder is exported for. What no output needs of the last block is left out.</summary>
internal sealed class EncoderOutputGraph
{
    private readonly EncoderGraph _network;
    private readonly GraphBuilder _graph;
    private readonly VisionTransformerOptions _architecture;
    private readonly EncoderExportOptions _options;
    private readonly int _tokens;

    public EncoderOutputGraph(EncoderTensors tensors, EncoderExportOptions options)
    {
        (_network, _architecture, _options) = (new EncoderGraph(tensors, options), tensors.Architecture, options);
        _graph = _network.Graph;
        _tokens = _architecture.Grid.Count + 1;
    }

    public ModelProto Build()
    {
        string tokens = _network.UpToLastBlock();
        bool needsPatches = Asked(EncoderOutputs.Mean) || Asked(EncoderOutputs.ClsAndMean) || Asked(EncoderOutputs.Patches) || Asked(EncoderOutputs.Pyramid);
        bool needsTokens = needsPatches || Asked(EncoderOutputs.Cls);
        // [N*T, D], or the class tokens alone, [N, D].
        string encoded = _network.Block(_network.LastBlock, tokens, needsPatches ? _tokens : 1, out string attention, attentionOnly: !needsTokens);
        if (needsTokens)
        {
            TokenOutputs(_network.FinalNorm(encoded), needsPatches);
        }

        if (Asked(EncoderOutputs.Attention))
        {
            AttentionOutput(attention, needsPatches ? _tokens : 1);
        }

        DescribeModel();
        return _graph.Build();
    }

    private bool Asked(EncoderOutputs output) => _options.Outputs.HasFlag(output);

    // Normalised tokens [N*T, D] (class token first) or class tokens alone [N, D].
    private void TokenOutputs(string normalized, bool hasPatches)
    {
        int width = _architecture.Width;
        if (Asked(EncoderOutputs.Cls))
        {
            Return(_options.ClsName, hasPatches ? _network.FirstTokens("norm.cls", normalized, 1) : normalized, width);
        }

        if (!hasPatches)
        {
            return;
        }

        string patches = _network.Patches(normalized);
        if (Asked(EncoderOutputs.Patches))
        {
            Return(_options.PatchesName, patches, _architecture.Grid.Count, width);
        }

        if (Asked(EncoderOutputs.Mean))
        {
            Return(_options.MeanName, Mean("norm.mean_token", patches), width);
        }

        if (Asked(EncoderOutputs.ClsAndMean))
        {
            // Nodes of its own: an output of the graph has its name from the user.
            string both = _graph.Node("Concat", "norm.both", [_network.FirstTokens("norm.both.cls", normalized, 1), Mean("norm.both.mean", patches)], NodeAttribute.Integer("axis", 1));
            Return(_options.ClsAndMeanName, both, 2 * width);
        }

        if (Asked(EncoderOutputs.Pyramid))
        {
            FeaturePyramid.Append(_graph, patches, _architecture, _options);
        }
    }

    // The class token's row [N, h, T] without the class key, to a map [N, R, C].
    private void AttentionOutput(string attention, int queries)
    {
        string row = queries == 1 ? attention : _graph.Slice("attention.query", attention, 0, 1, axis: 2);
        row = _graph.Reshape("attention.row", row, -1, _architecture.Heads, _tokens);
        string map = _graph.Slice("attention.heads", row, 1, _tokens, axis: 2);
        map = _options.HeadNormalization == HeadNormalization.PerHeadThenMean
            ? Mean("attention.mean", ScaleToUnit("attention.unit", map, axis: 2))
            : ScaleToUnit("attention.unit", Mean("attention.mean", map), axis: 1);
        Return(_options.AttentionName, _graph.Reshape("attention.map", map, -1, _architecture.Grid.Rows, _architecture.Grid.Columns), _architecture.Grid.Rows, _architecture.Grid.Columns);
    }

    // The mean over axis 1: tokens or heads.
    private string Mean(string name, string values) =>
        _graph.Node("ReduceMean", name, [values], NodeAttribute.Integers("axes", 1), NodeAttribute.Integer("keepdims", 0));

    private void Return(string name, string value, params ReadOnlySpan<long> rowShape) =>
        _graph.Return(name, value, TensorProto.Types.DataType.Float, _options.SingleRow, rowShape);

    private string ScaleToUnit(string name, string value, int axis)
    {
        string least = _graph.Node("ReduceMin", $"{name}.min", [value], NodeAttribute.Integers("axes", axis));
        string range = _graph.Node("Sub", $"{name}.range", [_graph.Node("ReduceMax", $"{name}.max", [value], NodeAttribute.Integers("axes", axis)), least]);
        string safeRange = _graph.Node("Add", $"{name}.safe", [range, _graph.SharedConstant("constant.tiny", 1e-12f)]);
        return _graph.Node("Div", name, [_graph.Node("Sub", $"{name}.centred", [value, least]), safeRange]);
    }

    private void DescribeModel()
    {
        _graph.Metadata("architecture", ArchitectureJson.Write(_architecture));
        _graph.Metadata("outputs", _options.Outputs.ToString());
        _graph.Metadata("head_normalization", _options.HeadNormalization.ToString());
        _graph.Metadata("weights", _options.Weights.ToString());
        _graph.Metadata("version", Producer.Version);
    }
}
