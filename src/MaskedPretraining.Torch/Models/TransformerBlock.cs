using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>
/// Pre-norm transformer block (Dosovitskiy et al. 2021): <c>x += Attention(LayerNorm(x))</c>, then <c>x += MLP(LayerNorm(x))</c>; exact GELU, no dropout. LayerScale, a bias on the
/// attention logits and stochastic depth if asked for.
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
    private readonly Tensor? _attentionScale;
    private readonly Tensor? _mlpScale;

    public TransformerBlock(ParameterArena parameters, string prefix, StackShape shape)
    {
        (_normalizedShape, _heads, _epsilon) = ([shape.Width], shape.Heads, shape.Epsilon);
        (_norm1Weight, _norm1Bias) = Pair("norm1");
        (_qkvWeight, _qkvBias) = Pair("attn.qkv");
        (_projWeight, _projBias) = Pair("attn.proj");
        (_norm2Weight, _norm2Bias) = Pair("norm2");
        (_fc1Weight, _fc1Bias) = Pair("mlp.fc1");
        (_fc2Weight, _fc2Bias) = Pair("mlp.fc2");
        _attentionScale = shape.LayerScale == LayerScaleBranches.Both ? parameters[$"{prefix}gamma_1"] : null;
        _mlpScale = shape.LayerScale == LayerScaleBranches.None ? null : parameters[$"{prefix}gamma_2"];

        (Tensor Weight, Tensor Bias) Pair(string layer) => (parameters[$"{prefix}{layer}.weight"], parameters[$"{prefix}{layer}.bias"]);
    }

    /// <summary>Declares a block's parameters. qkv is initialised as the one matrix that it is, D to 3D.</summary>
    /// <param name="prefix">Of the names.</param>
    /// <param name="number">The block's number, from 1.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="initialization">First values.</param>
    /// <param name="layerScale">LayerScale's first value; null for none. Both factors are declared even where only one is used, as in the files that have them.</param>
    public static IEnumerable<ParameterSpec> Declare(string prefix, int number, StackShape shape, InitializationScheme initialization, double? layerScale)
    {
        int width = shape.Width;
        ParameterSpec[] specs =
        [
            .. InitializationScheme.Norm($"{prefix}norm1", width),
            .. initialization.Linear($"{prefix}attn.qkv", width, 3 * width),
            .. initialization.BranchEnd($"{prefix}attn.proj", width, width, number),
            .. InitializationScheme.Norm($"{prefix}norm2", width),
            .. initialization.Linear($"{prefix}mlp.fc1", width, shape.Hidden),
            .. initialization.BranchEnd($"{prefix}mlp.fc2", shape.Hidden, width, number),
        ];
        return layerScale is { } first
            ? [.. specs, new($"{prefix}gamma_1", [width], Initial.Constant(first)), new($"{prefix}gamma_2", [width], Initial.Constant(first))]
            : specs;
    }

    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <param name="number">The block's number, from 0.</param>
    /// <param name="conditions">What holds for all blocks.</param>
    /// <returns><c>[B*n, D]</c>.</returns>
    public Tensor Forward(Tensor x, int number, BlockConditions conditions)
    {
        using var scope = NewDisposeScope();
        // Sums go into the output of a branch, which autograd does not need; x itself is saved by the normalisation.
        var attended = F.linear(Attend(Norm1(x), conditions), _projWeight, _projBias);                // [B*n, D]
        x = Scale(attended, _attentionScale, conditions, 2 * number).add_(x);
        var hidden = F.gelu(F.linear(Norm2(x), _fc1Weight, _fc1Bias));                                // [B*n, 4D]
        var output = F.linear(hidden, _fc2Weight, _fc2Bias);                                          // [B*n, D]
        return Scale(output, _mlpScale, conditions, (2 * number) + 1).add_(x).MoveToOuterDisposeScope();
    }

    /// <summary>Attention of the class token over all tokens, the class key first; nothing else of the block is worked out.</summary>
    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <param name="conditions">What holds for all blocks.</param>
    /// <returns>Rows that sum to 1, <c>[B, h, n]</c>.</returns>
    public Tensor ClassAttention(Tensor x, BlockConditions conditions)
    {
        using var scope = NewDisposeScope();
        long batch = conditions.Batch;
        long tokens = x.shape[0] / batch, width = x.shape[1], headWidth = width / _heads;
        var normalized = Norm1(x);
        var classRows = normalized.view(batch, tokens, width).select(1, 0);                           // [B, D]
        var query = F.linear(classRows, _qkvWeight.narrow(0, 0, width), _qkvBias.narrow(0, 0, width)) // [B, D]
            .view(batch * _heads, 1, headWidth);                                                      // [B*h, 1, d]
        var keys = Keys(normalized).view(batch, tokens, _heads, headWidth)
            .permute(0, 2, 3, 1).reshape(batch * _heads, headWidth, tokens);                          // [B*h, d, n]
        var logits = HeadAttention.ScaledLogits(query, keys);                                        // [B*h, 1, n]
        logits = conditions.LogitBias is { } bias ? HeadAttention.Add(bias.narrow(2, 0, 1), logits, batch, _heads) : logits;
        return logits.softmax(-1).view(batch, _heads, tokens).MoveToOuterDisposeScope();
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

    private static Tensor Scale(Tensor branch, Tensor? layerScale, BlockConditions conditions, int number)
    {
        branch = layerScale is null ? branch : branch.mul(layerScale);
        return conditions.BranchScales is { } scales
            ? branch.view(conditions.Batch, -1, branch.shape[1]).mul(scales.select(0, number)).view(-1, branch.shape[1])
            : branch;
    }

    private Tensor Attend(Tensor normalized, BlockConditions conditions) =>
        HeadAttention.Of(F.linear(normalized, _qkvWeight, _qkvBias), conditions.Batch, _heads, conditions.LogitBias);
}
