using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>An encoder that sees mask tokens, and a linear layer behind it (SimMIM, Xie et al. 2022). With histograms of gradients as the target it is MaskFeat (Wei et al. 2022).</summary>
/// <remarks>Thrown patches are in no sequence; any number of them may be (AMT's released code needs a square number of kept patches).</remarks>
internal sealed class SimMimModel : MaskedImageModel
{
    private readonly VisionTransformerOptions _options;
    private readonly Tensor _maskToken;
    private readonly Tensor _headWeight;
    private readonly Tensor _headBias;

    /// <param name="options">The encoder's shape.</param>
    /// <param name="parameters">Holds what <see cref="Declare"/> asked for.</param>
    public SimMimModel(VisionTransformerOptions options, ParameterArena parameters)
        : base(options, parameters)
    {
        _options = options;
        _maskToken = parameters["mask_token"];
        (_headWeight, _headBias) = (parameters["head.weight"], parameters["head.bias"]);
        Groups = [Encoder.Blocks];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BlockGroup> Groups { get; }

    /// <summary>Declares all parameters: the encoder's, <c>mask_token [1, 1, D]</c>, <c>head.weight [F, D]</c>, <c>head.bias</c>.</summary>
    public static IEnumerable<ParameterSpec> Declare(VisionTransformerOptions encoder, int targetLength, InitializationScheme scheme) =>
    [
        .. VisionTransformer.Declare(encoder, scheme),
        new("mask_token", [1, 1, encoder.Width], scheme.Token),
        .. scheme.Head("head", encoder.Width, targetLength),
    ];

    /// <inheritdoc/>
    public override Tensor Enter(StepTensors step)
    {
        using var scope = NewDisposeScope();
        // Mask tokens take the place of embedded patches: embedding the masked patches too is under 1 % of a step and keeps tokens in the order of the image.
        var type = Parameters.ComputeValues.dtype;
        var isMasked = step.MaskFlags!.to(type);                                                          // [B*k, 1]
        var embedded = Encoder.EmbedPatches(step.Patches.to(type));                                       // [B*k, D]
        var tokens = embedded.mul(isMasked.neg().add_(1)).add_(_maskToken.view(1, -1).mul(isMasked));     // [B*k, D]
        return Encoder.Place(tokens, step.Tokens, step.Count).MoveToOuterDisposeScope();                  // [B*(1+k), D]
    }

    /// <inheritdoc/>
    public override Tensor Leave(int group, Tensor y, StepTensors step)
    {
        using var scope = NewDisposeScope();
        var masked = Encoder.Normalize(y.index_select(0, step.MaskedRows!));                              // [M, D]
        return F.linear(masked, _headWeight, _headBias).MoveToOuterDisposeScope();                        // [M, F]
    }

    /// <inheritdoc/>
    public override SimMimModel Over(ParameterArena parameters) => new(_options, parameters);
}
