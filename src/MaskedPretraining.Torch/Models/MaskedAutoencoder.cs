using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>Masked autoencoder (He et al. 2022): encoder on the visible patches, light decoder that predicts the masked ones; for hard patches a second one that predicts their losses.</summary>
internal sealed class MaskedAutoencoder : MaskedImageModel
{
    private readonly VisionTransformerOptions _encoderOptions;
    private readonly MaeDecoderOptions _decoderOptions;

    /// <param name="encoder">The encoder's shape.</param>
    /// <param name="decoder">The decoder's shape.</param>
    /// <param name="parameters">Holds what <see cref="Declare"/> asked for.</param>
    public MaskedAutoencoder(VisionTransformerOptions encoder, MaeDecoderOptions decoder, ParameterArena parameters)
        : base(encoder, parameters)
    {
        (_encoderOptions, _decoderOptions) = (encoder, decoder);
        Decoder = new MaeDecoder(encoder, decoder, parameters);
        Losses = LossPredictor.IsAmong(parameters) ? new LossPredictor(encoder, decoder, parameters) : null;
        Groups = [Encoder.Blocks, Decoder.Blocks];
    }

    public MaeDecoder Decoder { get; }

    /// <inheritdoc/>
    public override LossPredictor? Losses { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<BlockGroup> Groups { get; }

    /// <summary>Declares all parameters under MAE's names.</summary>
    public static IEnumerable<ParameterSpec> Declare(VisionTransformerOptions encoder, MaeDecoderOptions decoder, int targetLength, InitializationScheme scheme) =>
        [.. VisionTransformer.Declare(encoder, scheme), .. MaeDecoder.Declare(encoder, decoder, targetLength, scheme)];

    /// <inheritdoc/>
    public override Tensor Enter(StepTensors step)
    {
        using var scope = NewDisposeScope();
        var x = Encoder.Embed(step.Patches.to(Parameters.ComputeValues.dtype), step.Tokens, step.Count);
        return (step.Gate is null ? x : x.mul(step.Gate.to(x.dtype))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Leave(int group, Tensor y, StepTensors step)
    {
        using var scope = NewDisposeScope();
        var next = group == 0
            ? Decoder.Embed(Encoder.Normalize(y), step.Tokens, step.MaskedTokens!, step.Count)            // [B*(1+v+m), d]
            : Decoder.Predict(y, step.MaskedTokens!.shape[0] / step.Count, step.Count);                  // [B*m, F]
        return next.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override MaskedAutoencoder Over(ParameterArena parameters) => new(_encoderOptions, _decoderOptions, parameters);

    /// <inheritdoc/>
    public override StateDictionary Store()
    {
        var state = base.Store();
        Decoder.Positions.Store(state);
        return state;
    }

    public override void Dispose()
    {
        Decoder.Dispose();
        base.Dispose();
    }
}
