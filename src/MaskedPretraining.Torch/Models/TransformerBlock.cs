using MaskedPretraining.Torch.Optimization;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>
/// Pre-norm transformer block (Dosovitskiy et al. 2021): <c>x += Attention(LayerNorm(x))</c>, then <c>x += MLP(LayerNorm(x))</c>; exact GELU, no dropout.
/// Tokens are rows of a matrix <c>[B*n, D]</c>, so that every linear layer is one matrix product and sums are made in its output.
/// </summary>
internal sealed class TransformerBlock
{
    private readonly long[] _normalizedShape;
    private readonly int _heads;
    private readonly double _epsilon;
    private readonly Tensor _norm1Weight;
    private readonly Tensor _norm1Bias;
    private readonly Tensor _qkvWeight;
    private readonly Tensor _qkvBias;
    private readonly Tensor _projWeight;
    private readonly Tensor _projBias;
    private readonly Tensor _norm2Weight;
    private readonly Tensor _norm2Bias;
    private readonly Tensor _fc1Weight;
    private readonly Tensor _fc1Bias;
    private readonly Tensor _fc2Weight;
    private readonly Tensor _fc2Bias;

    public TransformerBlock(ParameterArena parameters, string prefix, int width, int heads, double epsilon)
    {
        (_normalizedShape, _heads, _epsilon) = ([width], heads, epsilon);
        (_norm1Weight, _norm1Bias) = Pair("norm1");
        (_qkvWeight, _qkvBias) = Pair("attn.qkv");
        (_projWeight, _projBias) = Pair("attn.proj");
        (_norm2Weight, _norm2Bias) = Pair("norm2");
        (_fc1Weight, _fc1Bias) = Pair("mlp.fc1");
        (_fc2Weight, _fc2Bias) = Pair("mlp.fc2");

        (Tensor Weight, Tensor Bias) Pair(string layer) => (parameters[$"{prefix}{layer}.weight"], parameters[$"{prefix}{layer}.bias"]);
    }

    /// <summary>Declares a block's parameters. qkv is initialised as the one matrix that it is, D to 3D.</summary>
    public static IEnumerable<ParameterSpec> Declare(string prefix, int width, int hidden) =>
    [
        .. Layers.Norm($"{prefix}norm1", width),
        .. Layers.Linear($"{prefix}attn.qkv", width, 3 * width),
        .. Layers.Linear($"{prefix}attn.proj", width, width),
        .. Layers.Norm($"{prefix}norm2", width),
        .. Layers.Linear($"{prefix}mlp.fc1", width, hidden),
        .. Layers.Linear($"{prefix}mlp.fc2", hidden, width),
    ];

    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B*n, D]</c>.</returns>
    public Tensor Forward(Tensor x, long batch)
    {
        using var scope = NewDisposeScope();
        // Sums go into the output of a linear layer, which autograd does not need; x itself is saved by the normalisation.
        x = F.linear(Attend(Norm1(x), batch), _projWeight, _projBias).add_(x);                        // [B*n, D]
        var hidden = F.gelu(F.linear(Norm2(x), _fc1Weight, _fc1Bias));                                // [B*n, 4D]
        return F.linear(hidden, _fc2Weight, _fc2Bias).add_(x).MoveToOuterDisposeScope();              // [B*n, D]
    }

    /// <summary>Attention of the class token over all tokens, the class key first; nothing else of the block is worked out.</summary>
    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <param name="batch">B.</param>
    /// <returns>Rows that sum to 1, <c>[B, h, n]</c>.</returns>
    public Tensor ClassAttention(Tensor x, long batch)
    {
        using var scope = NewDisposeScope();
        long tokens = x.shape[0] / batch, width = x.shape[1], headWidth = width / _heads;
        var normalized = Norm1(x);
        var classRows = normalized.view(batch, tokens, width).select(1, 0);                           // [B, D]
        var query = F.linear(classRows, _qkvWeight.narrow(0, 0, width), _qkvBias.narrow(0, 0, width)) // [B, D]
            .view(batch * _heads, 1, headWidth);                                                      // [B*h, 1, d]
        var keys = Keys(normalized).view(batch, tokens, _heads, headWidth)
            .permute(0, 2, 3, 1).reshape(batch * _heads, headWidth, tokens);                          // [B*h, d, n]
        return ScaledLogits(query, keys).softmax(-1).view(batch, _heads, tokens).MoveToOuterDisposeScope();
    }

    /// <summary>Key vectors of all tokens, heads concatenated.</summary>
    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <returns><c>[B*n, D]</c>.</returns>
    public Tensor KeysOf(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Keys(Norm1(x)).MoveToOuterDisposeScope();
    }

    private Tensor Norm1(Tensor x) => LayerNormalization.Apply(x, _normalizedShape, _norm1Weight, _norm1Bias, _epsilon);

    private Tensor Norm2(Tensor x) => LayerNormalization.Apply(x, _normalizedShape, _norm2Weight, _norm2Bias, _epsilon);

    private Tensor Keys(Tensor normalized)
    {
        long width = normalized.shape[1];
        return F.linear(normalized, _qkvWeight.narrow(0, width, width), _qkvBias.narrow(0, width, width));
    }

    private Tensor Attend(Tensor normalized, long batch)
    {
        long tokens = normalized.shape[0] / batch, width = normalized.shape[1], headWidth = width / _heads;
        var qkv = F.linear(normalized, _qkvWeight, _qkvBias)                                          // [B*n, 3D]
            .view(batch, tokens, 3, _heads, headWidth)
            .permute(2, 0, 3, 1, 4)                                                                   // [3, B, h, n, d]
            .reshape(3, batch * _heads, tokens, headWidth)
            .unbind(0);                                                                               // 3 x [B*h, n, d]
        var attention = ScaledLogits(qkv[0], qkv[1].transpose(1, 2)).softmax(-1);                     // [B*h, n, n]
        return bmm(attention, qkv[2])                                                                 // [B*h, n, d]
            .view(batch, _heads, tokens, headWidth)
            .transpose(1, 2)
            .reshape(batch * tokens, width);                                                          // [B*n, D]
    }

    /// <summary><c>q k / sqrt(d)</c>. The query is scaled, as it is the smaller factor but for the shortest sequences.</summary>
    private static Tensor ScaledLogits(Tensor query, Tensor keys)
    {
        using Scalar scale = 1 / Math.Sqrt(query.shape[2]);
        using var scaled = query.mul(scale);
        return bmm(scaled, keys);
    }
}
