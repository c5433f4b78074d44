using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>The encoder: a vision transformer over any subset of an image's patches (He et al. 2022, section 3). Patches that are not given cost nothing.</summary>
internal sealed class VisionTransformer : IDisposable
{
    private readonly VisionTransformerOptions _options;
    private readonly Tensor _patchWeight;
    private readonly Tensor _patchBias;
    private readonly Tensor _classToken;
    private readonly PositionTable _positions;
    private readonly TransformerBlock[] _blocks;
    private readonly long[] _normalizedShape;
    private readonly Tensor _normWeight;
    private readonly Tensor _normBias;

    /// <param name="options">The shape, already validated.</param>
    /// <param name="parameters">Holds what <see cref="Declare"/> asked for.</param>
    public VisionTransformer(VisionTransformerOptions options, ParameterArena parameters)
    {
        _options = options;
        _patchWeight = parameters["patch_embed.proj.weight"];
        _patchBias = parameters["patch_embed.proj.bias"];
        _classToken = parameters["cls_token"];
        _positions = new PositionTable("pos_embed", options.Position, options.Grid, options.Width, parameters);
        _blocks = [.. Enumerable.Range(0, options.Depth).Select(i => new TransformerBlock(parameters, $"blocks.{i}.", options.Width, options.Heads, options.LayerNormEpsilon))];
        _normalizedShape = [options.Width];
        (_normWeight, _normBias) = (parameters["norm.weight"], parameters["norm.bias"]);
    }

    /// <summary>The table of positions, stored with the weights.</summary>
    public PositionTable Positions => _positions;

    /// <summary>Declares the encoder's parameters under timm's names.</summary>
    public static IEnumerable<ParameterSpec> Declare(VisionTransformerOptions options)
    {
        int width = options.Width, patchLength = options.PatchLength;
        yield return new("cls_token", [1, 1, width], Initial.Normal(0.02));
        foreach (var spec in PositionTable.Declare("pos_embed", options.Position, options.Grid, width))
        {
            yield return spec;
        }

        // The weight is initialised as the matrix that it is; the bias keeps the bound that PyTorch gives a convolution.
        yield return new("patch_embed.proj.weight", [width, options.Channels, options.PatchSize, options.PatchSize], Initial.XavierUniform(patchLength, width));
        yield return new("patch_embed.proj.bias", [width], Initial.Uniform(1 / Math.Sqrt(patchLength)));
        foreach (var spec in Enumerable.Range(0, options.Depth).SelectMany(i => TransformerBlock.Declare($"blocks.{i}.", width, options.MlpRatio * width)))
        {
            yield return spec;
        }

        foreach (var spec in Layers.Norm("norm", width))
        {
            yield return spec;
        }
    }

    /// <summary>Encodes the given patches of each image.</summary>
    /// <param name="patches">Normalised patches <c>[B*v, P*P*C]</c>, element order (y, x, channel).</param>
    /// <param name="tokens">Token numbers <c>[B*(1+v)]</c>: for each image 0 (class token), then patch number + 1.</param>
    /// <param name="batch">B.</param>
    /// <returns>Class token first, then the patches in the order given, after the final normalisation: <c>[B*(1+v), D]</c>.</returns>
    public Tensor Forward(Tensor patches, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        var x = Embed(patches, tokens, batch);                                       // [B*(1+v), D]
        foreach (var block in _blocks)
        {
            x = block.Forward(x, batch);                                             // [B*(1+v), D]
        }

        return Normalize(x).MoveToOuterDisposeScope();
    }

    /// <summary>Attention of the class token in the last block, whose query, keys and softmax are the only part of that block worked out.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <returns>Rows that sum to 1, class key first: <c>[B, h, 1+v]</c>.</returns>
    public Tensor ClassAttention(Tensor patches, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        return _blocks[^1].ClassAttention(UpToLastBlock(patches, tokens, batch), batch).MoveToOuterDisposeScope();
    }

    /// <summary>Everything that an exported encoder may put out.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <returns>As <see cref="Forward"/>; as <see cref="ClassAttention"/>; key vectors of the last block <c>[B*(1+v), D]</c>.</returns>
    public (Tensor Tokens, Tensor Attention, Tensor Keys) Inspect(Tensor patches, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        var x = UpToLastBlock(patches, tokens, batch);
        return (
            Normalize(_blocks[^1].Forward(x, batch)).MoveToOuterDisposeScope(),
            _blocks[^1].ClassAttention(x, batch).MoveToOuterDisposeScope(),
            _blocks[^1].KeysOf(x).MoveToOuterDisposeScope());
    }

    public void Dispose() => _positions.Dispose();

    private Tensor UpToLastBlock(Tensor patches, Tensor tokens, long batch)
    {
        var x = Embed(patches, tokens, batch);
        foreach (var block in _blocks[..^1])
        {
            x = block.Forward(x, batch);
        }

        return x;
    }

    /// <summary>What the first block sees: class token and patches with their positions.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <returns><c>[B*(1+v), D]</c>.</returns>
    public Tensor Embed(Tensor patches, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        long visible = patches.shape[0] / batch, width = _options.Width;
        // Stored as timm's convolution (channel, y, x), used as a matrix over patches (y, x, channel).
        var matrix = _patchWeight.permute(0, 2, 3, 1).reshape(width, _options.PatchLength);
        var embedded = F.linear(patches, matrix, _patchBias).view(batch, visible, width);             // [B, v, D]
        var x = cat(new[] { _classToken.expand(batch, 1, width), embedded }, 1);                      // [B, 1+v, D]
        return x.view(-1, width).add_(_positions.Rows(tokens)).MoveToOuterDisposeScope();             // [B*(1+v), D]
    }

    /// <summary>The normalisation behind the last block, <c>[B*(1+v), D]</c>.</summary>
    public Tensor Normalize(Tensor x) => LayerNormalization.Apply(x, _normalizedShape, _normWeight, _normBias, _options.LayerNormEpsilon);
}
