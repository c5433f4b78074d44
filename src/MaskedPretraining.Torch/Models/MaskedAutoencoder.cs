using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>Masked autoencoder (He et al. 2022): encoder on the visible patches, light decoder that predicts the masked ones.</summary>
internal sealed class MaskedAutoencoder : IDisposable
{
    private readonly VisionTransformerOptions _encoderOptions;
    private readonly MaeDecoderOptions _decoderOptions;

    /// <summary>Takes memory for the model; <see cref="ParameterArena.Initialize"/> or <see cref="Load"/> gives it values.</summary>
    public MaskedAutoencoder(VisionTransformerOptions encoder, MaeDecoderOptions decoder, ScalarType computeType, Device device)
        : this(encoder, decoder, new ParameterArena([.. VisionTransformer.Declare(encoder), .. MaeDecoder.Declare(encoder, decoder)], computeType, device))
    {
    }

    private MaskedAutoencoder(VisionTransformerOptions encoder, MaeDecoderOptions decoder, ParameterArena parameters)
    {
        (_encoderOptions, _decoderOptions, Parameters) = (encoder, decoder, parameters);
        Encoder = new VisionTransformer(encoder, Parameters);
        Decoder = new MaeDecoder(encoder, decoder, Parameters);
    }

    public ParameterArena Parameters { get; }

    public VisionTransformer Encoder { get; }

    public MaeDecoder Decoder { get; }

    /// <summary>The same model with gradients of its own, see <see cref="ParameterArena(ParameterArena)"/>.</summary>
    public MaskedAutoencoder WithOwnGradients() => new(_encoderOptions, _decoderOptions, new ParameterArena(Parameters));

    /// <summary>Predicts the masked patches from the visible ones.</summary>
    /// <param name="visiblePatches">Normalised patches <c>[B*v, P*P*C]</c> in the compute type.</param>
    /// <param name="visibleTokens">For each image 0 and the visible patch numbers + 1, <c>[B*(1+v)]</c>.</param>
    /// <param name="maskedTokens">Masked patch numbers + 1, <c>[B*m]</c>.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B*m, P*P*C]</c>.</returns>
    public Tensor Forward(Tensor visiblePatches, Tensor visibleTokens, Tensor maskedTokens, long batch)
    {
        using var scope = NewDisposeScope();
        var encoded = Encoder.Forward(visiblePatches, visibleTokens, batch);                              // [B*(1+v), D]
        return Decoder.Forward(encoded, visibleTokens, maskedTokens, batch).MoveToOuterDisposeScope();    // [B*m, P*P*C]
    }

    /// <summary>All weights, fixed position tables included, under MAE's names.</summary>
    public StateDictionary Store()
    {
        var state = new StateDictionary();
        Parameters.Store(state);
        Encoder.Positions.Store(state);
        Decoder.Positions.Store(state);
        return state;
    }

    /// <summary>Takes the weights of a dictionary written by <see cref="Store"/>; fixed tables are not read.</summary>
    public void Load(StateDictionary state) => Parameters.Load(state);

    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
        Parameters.Dispose();
    }
}
