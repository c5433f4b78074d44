using System.Numerics.Tensors;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>The vision transformer as a graph, in the paper's order (Dosovitskiy et al. 2021, with MAE's details).</summary>
/// <remarks>
/// <para>T = patches + 1 tokens, class token first. Tokens travel as the matrix <c>[N*T, D]</c>, so that every linear layer is one product with its bias; only attention looks at <c>[N, h, T, d]</c>. Single-precision weights keep
/// PyTorch's layout <c>[out, in]</c> (transB).</para>
/// <para>Layer normalisation is spelled out in vectorised operations, its scale and shift folded into the layer behind it: ONNX Runtime's own LayerNormalization takes 6 times as long on a CPU (1.4 against 0.22
/// microseconds for a row of 192): with it a ViT-Ti scores 0.8 times as many images (ONNX Runtime 1.29, one thread). So the fusions into LayerNormalization and SkipLayerNormalization are not wanted. Those of GELU, and
/// of 8-bit products with their scales and biases, are, and happen. The one of attention does not: ONNX Runtime knows that of networks which normalise behind the residual sum (BERT) and of GPT, not of this one.</para>
/// </remarks>
internal sealed class EncoderGraph
{
    private readonly GraphBuilder _graph = new("vision_transformer");
    private readonly EncoderTensors _tensors;
    private readonly EncoderLinear _linear;
    private readonly VisionTransformerOptions _architecture;
    private readonly EncoderExportOptions _options;
    private readonly Dictionary<int, string> _positionBiases = [];
    private readonly int _tokens;
    private readonly int _headWidth;

    /// <param name="tensors">The encoder.</param>
    /// <param name="options">Name of the input, and whether it is a single row.</param>
    public EncoderGraph(EncoderTensors tensors, EncoderExportOptions options)
    {
        (_tensors, _architecture, _options) = (tensors, tensors.Architecture, options);
        _tokens = _architecture.Grid.Count + 1;
        _headWidth = _architecture.Width / _architecture.Heads;
        _linear = new EncoderLinear(_graph, options.Weights);
    }

    /// <summary>The graph written so far.</summary>
    internal GraphBuilder Graph => _graph;

    internal string LastBlock => $"blocks.{_architecture.Depth - 1}";

    /// <summary>What a block's output is called, tokens <c>[N*T, D]</c>.</summary>
    internal static string OutputOf(string block) => $"{block}.out";

    /// <summary>Input and all blocks but the last: tokens <c>[N*T, D]</c>.</summary>
    internal string UpToLastBlock()
    {
        string tokens = EmbedPatches(_graph.Input(_options.InputName, _options.SingleRow, _architecture.Channels, _architecture.ImageHeight, _architecture.ImageWidth));
        for (int block = 0; block < _architecture.Depth - 1; block++)
        {
            tokens = Block($"blocks.{block}", tokens, _tokens, out _);
        }

        return tokens;
    }

    /// <summary>Input and the whole network: patch tokens after the final normalisation, <c>[N, patches, D]</c>.</summary>
    internal string PatchTokens() => Patches(FinalNorm(Block(LastBlock, UpToLastBlock(), _tokens, out _)));

    // Images [N, C, H, W] in 0..255 to tokens [N*T, D].
    private string EmbedPatches(string pixels)
    {
        var (grid, side, width) = (_architecture.Grid, _architecture.PatchSize, _architecture.Width);
        var embedding = new PatchEmbedding(_tensors);
        string rows = _graph.Reshape("patches.split", pixels, -1, _architecture.Channels, grid.Rows, side, grid.Columns, side);
        rows = _graph.Node("Transpose", "patches.gathered", [rows], NodeAttribute.Integers("perm", 0, 2, 4, 1, 3, 5));
        rows = _graph.Reshape("patches.rows", rows, -1, _architecture.PatchLength);
        string weight = _graph.Constant("patch_embed.proj.weight", embedding.Weight, width, _architecture.PatchLength);
        string projected = _graph.Node("Gemm", "patch_embed.proj", [rows, weight], NodeAttribute.Integer("transB", 1));
        projected = _graph.Reshape("patch_embed.tokens", projected, -1, grid.Count, width);
        string padded = _graph.Node("Pad", "patch_embed.padded", [projected, _graph.Integers("patch_embed.pads", [0, 1, 0, 0, 0, 0], 6)]);
        string tokens = _graph.Node("Add", "tokens", [padded, _graph.Constant("pos_embed", embedding.Offsets, 1, _tokens, width)]);
        return _graph.Reshape("tokens.rows", tokens, -1, width);
    }

    // x += Attn(LN(x)); x += MLP(LN(x)) for the first `queries` tokens of each image: all T, or 1, the class token. Attention [N, h, queries, T].
    internal string Block(string name, string tokens, int queries, out string attention, bool attentionOnly = false)
    {
        string normalized = Normalize($"{name}.norm1", tokens);
        string query = Heads($"{name}.attn.q", Project(name, "q", 0, FirstTokens($"{name}.attn.q.tokens", normalized, queries)), queries, 0, 2, 1, 3);
        string key = Heads($"{name}.attn.k", Project(name, "k", 1, normalized), _tokens, 0, 2, 3, 1);
        string logits = WithPositions(name, _graph.Node("MatMul", $"{name}.attn.logits", [query, key]), queries);
        attention = _graph.Node("Softmax", $"{name}.attn.probabilities", [logits], NodeAttribute.Integer("axis", -1));
        if (attentionOnly)
        {
            return attention;
        }

        string value = Heads($"{name}.attn.v", Project(name, "v", 2, normalized), _tokens, 0, 2, 1, 3);
        string context = _graph.Node("MatMul", $"{name}.attn.context", [attention, value]);
        context = _graph.Node("Transpose", $"{name}.attn.merged", [context], NodeAttribute.Integers("perm", 0, 2, 1, 3));
        context = BranchEnd($"{name}.attn.proj", _graph.Reshape($"{name}.attn.rows", context, -1, _architecture.Width), _architecture.Width, _architecture.LayerScaleOnAttention ? $"{name}.gamma_1" : null);
        string attended = _graph.Node("Add", $"{name}.attended", [FirstTokens($"{name}.tokens", tokens, queries), context]);
        return _graph.Node("Add", OutputOf(name), [attended, Mlp(name, Normalize($"{name}.norm2", attended))]);
    }

    // Logits [N, h, queries, T] with the bias of relative positions, one constant for all blocks.
    internal string WithPositions(string block, string logits, int queries)
    {
        if (_architecture.Position != PositionEmbedding.Relative)
        {
            return logits;
        }

        if (!_positionBiases.TryGetValue(queries, out string? bias))
        {
            bias = _graph.Constant($"rel_pos_bias.{queries}", RelativePositionBias.Of(_tensors, queries), 1, _architecture.Heads, queries, _tokens);
            _positionBiases.Add(queries, bias);
        }

        return _graph.Node("Add", $"{block}.attn.placed", [logits, bias]);
    }

    // Query, key or value features of each token. The logits' scale (D/h)^-0.5 sits in the query's weights.
    internal string Project(string block, string letter, int third, string normalized) => Linear(
        $"{block}.attn.{letter}.features",
        normalized,
        _architecture.Width,
        new NormalizedLinear(
            _tensors.Third($"{block}.attn.qkv.weight", third),
            _tensors.Third($"{block}.attn.qkv.bias", third),
            _tensors.Singles($"{block}.norm1.weight"),
            _tensors.Singles($"{block}.norm1.bias"),
            third == 0 ? 1 / Math.Sqrt(_headWidth) : 1));

    private string Mlp(string block, string normalized)
    {
        var expansion = new NormalizedLinear(
            _tensors.Singles($"{block}.mlp.fc1.weight"), _tensors.Singles($"{block}.mlp.fc1.bias"), _tensors.Singles($"{block}.norm2.weight"), _tensors.Singles($"{block}.norm2.bias"));
        int hidden = _architecture.Width * _architecture.MlpRatio;
        return BranchEnd($"{block}.mlp.fc2", Gelu($"{block}.mlp.gelu", Linear($"{block}.mlp.fc1", normalized, hidden, expansion)), hidden, $"{block}.gamma_2");
    }

    // Exact GELU, x/2 (1 + erf(x/sqrt 2)), in the form that ONNX Runtime recognises and runs as one operation.
    private string Gelu(string name, string value)
    {
        string error = _graph.Node("Erf", $"{name}.erf", [_graph.Node("Div", $"{name}.scaled", [value, Scalar("sqrt2", MathF.Sqrt(2))])]);
        string gate = _graph.Node("Add", $"{name}.gate", [error, Scalar("one", 1)]);
        return _graph.Node("Mul", name, [_graph.Node("Mul", $"{name}.gated", [value, gate]), Scalar("half", 0.5f)]);
    }

    // [N*T, D] to [N, patches, D].
    internal string Patches(string normalized) => _graph.Slice("norm.patches", _graph.Reshape("norm.split", normalized, -1, _tokens, _architecture.Width), 1, _tokens, axis: 1);

    // The layer that ends a branch, with LayerScale folded in if there is any.
    private string BranchEnd(string name, string rows, int inputs, string? scale)
    {
        if (_architecture.LayerScale is null || scale is null)
        {
            return _linear.Append(name, rows, _architecture.Width, inputs, _tensors.Bytes($"{name}.weight"), _tensors.Bytes($"{name}.bias"));
        }

        var layer = new ScaledLinear(_tensors.Singles($"{name}.weight"), _tensors.Singles($"{name}.bias"), _tensors.Singles(scale));
        return _linear.Append(name, rows, _architecture.Width, inputs, layer.Weight, layer.Bias);
    }

    private string Linear(string name, string normalized, int outputs, NormalizedLinear layer) =>
        _linear.Append(name, normalized, outputs, _architecture.Width, layer.Weight, layer.Bias);

    // (x - mean) / sqrt(sum of squares + D eps): normalised rows divided by sqrt(D), which the weights behind make up for.
    internal string Normalize(string name, string rows)
    {
        string mean = _graph.Node("ReduceMean", $"{name}.mean", [rows], NodeAttribute.Integers("axes", -1));
        string centred = _graph.Node("Sub", $"{name}.centred", [rows, mean]);
        string squares = _graph.Node("ReduceSumSquare", $"{name}.squares", [centred], NodeAttribute.Integers("axes", -1));
        string length = _graph.Node("Sqrt", $"{name}.length", [_graph.Node("Add", $"{name}.safe", [squares, Scalar("epsilon", (float)(_architecture.LayerNormEpsilon * _architecture.Width))])]);
        return _graph.Node("Div", name, [centred, length]);
    }

    internal string FinalNorm(string rows)
    {
        float[] scale = _tensors.Singles("norm.weight").ToArray();
        TensorPrimitives.Multiply(scale, MathF.Sqrt(_architecture.Width), scale);
        string scaled = _graph.Node("Mul", "norm.scaled", [Normalize("norm", rows), _graph.Constant("norm.weight", scale, _architecture.Width)]);
        return _graph.Node("Add", "norm.tokens", [scaled, _graph.ConstantBytes("norm.bias", _tensors.Bytes("norm.bias"), _architecture.Width)]);
    }

    // [N*count, D] to [N, count, h, d], then the axes in the given order.
    internal string Heads(string name, string features, int count, params ReadOnlySpan<long> order) => _graph.Node(
        "Transpose",
        name,
        [_graph.Reshape($"{name}.split", features, -1, count, _architecture.Heads, _headWidth)],
        NodeAttribute.Integers("perm", order));

    // All rows [N*T, D], or the class tokens [N, D].
    internal string FirstTokens(string name, string rows, int count) => count == _tokens
        ? rows
        : _graph.Node("Gather", name, [_graph.Reshape($"{name}.all", rows, -1, _tokens, _architecture.Width), _graph.SharedInteger("constant.first", 0)], NodeAttribute.Integer("axis", 1));

    private string Scalar(string name, float value) => _graph.SharedConstant($"constant.{name}", value);
}
