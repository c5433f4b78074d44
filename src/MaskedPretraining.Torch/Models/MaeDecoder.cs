using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>MAE's decoder: encoded visible tokens and one mask token a masked patch, each with its position; thrown patches are absent (He et al. 2022, section 3; AMT).</summary>
internal sealed class MaeDecoder : IDisposable
{
    private readonly MaeDecoderOptions _options;
    private readonly Tensor _embedWeight;
    private readonly Tensor _embedBias;
    private readonly Tensor _maskToken;
    private readonly PositionTable _positions;
    private readonly Tensor _normWeight;
    private readonly Tensor _normBias;
    private readonly Tensor _predictWeight;
    private readonly Tensor _predictBias;
    private readonly double _epsilon;

    /// <param name="encoder">The encoder's shape.</param>
    /// <param name="options">The decoder's shape.</param>
    /// <param name="parameters">Holds what <see cref="Declare"/> asked for.</param>
    public MaeDecoder(VisionTransformerOptions encoder, MaeDecoderOptions options, ParameterArena parameters)
    {
        (_options, _epsilon) = (options, encoder.LayerNormEpsilon);
        (_embedWeight, _embedBias) = (parameters["decoder_embed.weight"], parameters["decoder_embed.bias"]);
        _maskToken = parameters["mask_token"];
        // MAE's decoder positions are fixed whatever the encoder's are.
        _positions = new PositionTable("decoder_pos_embed", PositionEmbedding.SinCos, encoder.Grid, options.Width, parameters);
        Blocks = new BlockGroup(parameters, "decoder_blocks.", ShapeOf(encoder, options));
        (_normWeight, _normBias) = (parameters["decoder_norm.weight"], parameters["decoder_norm.bias"]);
        (_predictWeight, _predictBias) = (parameters["decoder_pred.weight"], parameters["decoder_pred.bias"]);
    }

    /// <summary>The table of positions, stored with the weights.</summary>
    public PositionTable Positions => _positions;

    /// <summary>The blocks.</summary>
    public BlockGroup Blocks { get; }

    /// <summary>Declares the decoder's parameters under MAE's names; its MLP is four times as wide as its tokens.</summary>
    public static IEnumerable<ParameterSpec> Declare(VisionTransformerOptions encoder, MaeDecoderOptions options, int targetLength, InitializationScheme scheme) =>
    [
        .. scheme.Linear("decoder_embed", encoder.Width, options.Width),
        new("mask_token", [1, 1, options.Width], scheme.Token),
        .. BlockGroup.Declare("decoder_blocks.", ShapeOf(encoder, options), scheme),
        .. InitializationScheme.Norm("decoder_norm", options.Width),
        .. scheme.Linear("decoder_pred", options.Width, targetLength),
    ];

    /// <summary>What the first block sees: the encoder's tokens, then a mask token a masked patch, with their positions.</summary>
    /// <param name="encoded">The encoder's output <c>[B*(1+v), D]</c>.</param>
    /// <param name="visibleTokens">Token numbers of <paramref name="encoded"/>, <c>[B*(1+v)]</c>.</param>
    /// <param name="maskedTokens">Token numbers of the masked patches, <c>[B*m]</c>.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B*(1+v+m), d]</c>.</returns>
    public Tensor Embed(Tensor encoded, Tensor visibleTokens, Tensor maskedTokens, long batch)
    {
        using var scope = NewDisposeScope();
        long width = _options.Width, seen = visibleTokens.shape[0] / batch, masked = maskedTokens.shape[0] / batch;
        var visible = F.linear(encoded, _embedWeight, _embedBias).add_(_positions.Rows(visibleTokens));   // [B*(1+v), d]
        var missing = _positions.Rows(maskedTokens).add(_maskToken.view(1, width));                       // [B*m, d]
        return cat(new[] { visible.view(batch, seen, width), missing.view(batch, masked, width) }, 1)     // [B, 1+v+m, d]
            .view(-1, width).MoveToOuterDisposeScope();                                                   // [B*(1+v+m), d]
    }

    /// <summary>From the last block to the targets' numbers, for the masked patches alone.</summary>
    /// <param name="y">What the last block makes, <c>[B*(1+v+m), d]</c>, masked patches last in each image.</param>
    /// <param name="masked">m.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B*m, F]</c>.</returns>
    public Tensor Predict(Tensor y, long masked, long batch)
    {
        using var scope = NewDisposeScope();
        long width = _options.Width, tokens = y.shape[0] / batch;
        y = y.view(batch, tokens, width).narrow(1, tokens - masked, masked).reshape(-1, width);           // [B*m, d]
        y = LayerNormalization.Apply(y, new[] { width }, _normWeight, _normBias, _epsilon);
        return F.linear(y, _predictWeight, _predictBias).MoveToOuterDisposeScope();                       // [B*m, F]
    }

    public void Dispose() => _positions.Dispose();

    /// <summary>The shape of a decoder's blocks.</summary>
    public static StackShape ShapeOf(VisionTransformerOptions encoder, MaeDecoderOptions o) => new(o.Depth, o.Width, o.Heads, 4 * o.Width, encoder.LayerNormEpsilon);
}
