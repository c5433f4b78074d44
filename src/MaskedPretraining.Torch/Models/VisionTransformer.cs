using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
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
    private readonly RelativePositionBias? _relativePositions;
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
        bool isRelative = options.Position == PositionEmbedding.Relative;
        Positions = isRelative ? null : new PositionTable("pos_embed", options.Position, options.Grid, options.Width, parameters);
        _relativePositions = isRelative ? new RelativePositionBias(options.Grid, options.Heads, parameters) : null;
        Blocks = new BlockGroup(parameters, "blocks.", ShapeOf(options));
        _normalizedShape = [options.Width];
        (_normWeight, _normBias) = (parameters["norm.weight"], parameters["norm.bias"]);
    }

    /// <summary>The table of positions, stored with the weights; null with relative positions.</summary>
    public PositionTable? Positions { get; }

    /// <summary>Whether positions enter as a bias on the attention logits.</summary>
    public bool HasRelativePositions => _relativePositions is not null;

    /// <summary>The blocks.</summary>
    public BlockGroup Blocks { get; }

    /// <summary>Declares the encoder's parameters under timm's names.</summary>
    /// <param name="options">The shape.</param>
    /// <param name="scheme">First values; null takes MAE's.</param>
    public static IEnumerable<ParameterSpec> Declare(VisionTransformerOptions options, InitializationScheme? scheme = null)
    {
        scheme ??= InitializationScheme.Mae;
        return
        [
            new("cls_token", [1, 1, options.Width], scheme.Token),
            .. PositionTable.Declare("pos_embed", options.Position, options.Grid, options.Width, scheme),
            .. options.Position == PositionEmbedding.Relative ? [RelativePositionBias.Declare(options.Grid, options.Heads)] : Array.Empty<ParameterSpec>(),
            .. scheme.PatchEmbedding("patch_embed.proj", options),
            .. BlockGroup.Declare("blocks.", ShapeOf(options), scheme, options.LayerScale),
            .. InitializationScheme.Norm("norm", options.Width),
        ];
    }

    /// <summary>Encodes the given patches of each image.</summary>
    /// <param name="patches">Normalised patches <c>[B*v, P*P*C]</c>, element order (y, x, channel).</param>
    /// <param name="tokens">Token numbers <c>[B*(1+v)]</c>: for each image 0 (class token), then patch number + 1; ascending with relative positions.</param>
    /// <param name="batch">B.</param>
    /// <returns>Class token first, then the patches in the order given, after the final normalisation: <c>[B*(1+v), D]</c>.</returns>
    public Tensor Forward(Tensor patches, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        return Normalize(Blocks.Forward(Embed(patches, tokens, batch), ConditionsOf(tokens, batch))).MoveToOuterDisposeScope();
    }

    /// <summary>Attention of the class token in the last block, whose query, keys and softmax are the only part of that block worked out.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <returns>Rows that sum to 1, class key first: <c>[B, h, 1+v]</c>.</returns>
    public Tensor ClassAttention(Tensor patches, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        var conditions = ConditionsOf(tokens, batch);
        return Blocks.Last.ClassAttention(Blocks.ForwardToLast(Embed(patches, tokens, batch), conditions), conditions).MoveToOuterDisposeScope();
    }

    /// <summary>Everything that an exported encoder may put out.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <returns>As <see cref="Forward"/>; as <see cref="ClassAttention"/>; key vectors of the last block <c>[B*(1+v), D]</c>.</returns>
    public (Tensor Tokens, Tensor Attention, Tensor Keys) Inspect(Tensor patches, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        var conditions = ConditionsOf(tokens, batch);
        var x = Blocks.ForwardToLast(Embed(patches, tokens, batch), conditions);
        return (
            Normalize(Blocks.Last.Forward(x, _options.Depth - 1, conditions)).MoveToOuterDisposeScope(),
            Blocks.Last.ClassAttention(x, conditions).MoveToOuterDisposeScope(),
            Blocks.Last.KeysOf(x).MoveToOuterDisposeScope());
    }

    /// <summary>What the first block sees: class token and patches with their positions.</summary>
    /// <inheritdoc cref="Forward"/>
    /// <returns><c>[B*(1+v), D]</c>.</returns>
    public Tensor Embed(Tensor patches, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        return Place(EmbedPatches(patches), tokens, batch).MoveToOuterDisposeScope();
    }

    /// <summary>Patches as tokens, without their positions.</summary>
    /// <param name="patches"><c>[k, P*P*C]</c>.</param>
    /// <returns><c>[k, D]</c>.</returns>
    public Tensor EmbedPatches(Tensor patches)
    {
        using var scope = NewDisposeScope();
        // Stored as timm's convolution (channel, y, x), used as a matrix over patches (y, x, channel).
        var matrix = _patchWeight.permute(0, 2, 3, 1).reshape(_options.Width, _options.PatchLength);
        return F.linear(patches, matrix, _patchBias).MoveToOuterDisposeScope();
    }

    /// <summary>Puts the class token in front of each image's patches and adds positions.</summary>
    /// <param name="embedded">Patches <c>[B*k, D]</c>.</param>
    /// <param name="tokens">Token numbers <c>[B*(1+k)]</c>.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B*(1+k), D]</c>.</returns>
    public Tensor Place(Tensor embedded, Tensor tokens, long batch)
    {
        using var scope = NewDisposeScope();
        long width = _options.Width;
        var x = cat(new[] { _classToken.expand(batch, 1, width), embedded.view(batch, -1, width) }, 1).view(-1, width);
        return (Positions is null ? x : x.add_(Positions.Rows(tokens))).MoveToOuterDisposeScope();
    }

    /// <summary>What the blocks have to be told of these tokens.</summary>
    /// <param name="tokens">Token numbers <c>[B*n]</c>.</param>
    /// <param name="batch">B.</param>
    /// <param name="branchScales">Stochastic depth, <c>[2L, B, 1, 1]</c>; null for none.</param>
    public BlockConditions ConditionsOf(Tensor tokens, long batch, Tensor? branchScales = null) =>
        new(batch, _relativePositions?.Between(tokens, batch), branchScales);

    /// <summary>The normalisation behind the last block, <c>[B*n, D]</c>.</summary>
    public Tensor Normalize(Tensor x) => LayerNormalization.Apply(x, _normalizedShape, _normWeight, _normBias, _options.LayerNormEpsilon);

    public void Dispose()
    {
        Positions?.Dispose();
        _relativePositions?.Dispose();
    }

    /// <summary>The shape of an encoder's blocks.</summary>
    public static StackShape ShapeOf(VisionTransformerOptions o) => new(o.Depth, o.Width, o.Heads, o.MlpRatio * o.Width, o.LayerNormEpsilon) { LayerScale = BranchesOf(o) };

    private static LayerScaleBranches BranchesOf(VisionTransformerOptions o) =>
        o.LayerScale is null ? LayerScaleBranches.None : o.LayerScaleOnAttention ? LayerScaleBranches.Both : LayerScaleBranches.Mlp;
}
