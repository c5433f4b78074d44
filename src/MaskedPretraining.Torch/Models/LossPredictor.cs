using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Models;

/// <summary>
/// The second decoder of hard patches mining (HPM, Wang et al. 2023): blocks, normalisation and projection like those of MAE's decoder, on the same tokens, whose embedding and mask token both decoders share.
/// It says how large the loss of each patch will be.
/// </summary>
internal sealed class LossPredictor
{
    private readonly double _epsilon;
    private readonly Tensor _normWeight;
    private readonly Tensor _normBias;
    private readonly Tensor _predictWeight;
    private readonly Tensor _predictBias;

    /// <param name="encoder">The encoder's shape.</param>
    /// <param name="decoder">The shape of both decoders.</param>
    /// <param name="parameters">Holds what <see cref="Declare"/> asked for.</param>
    public LossPredictor(VisionTransformerOptions encoder, MaeDecoderOptions decoder, ParameterArena parameters)
    {
        _epsilon = encoder.LayerNormEpsilon;
        Blocks = new BlockGroup(parameters, BlocksPrefix, MaeDecoder.ShapeOf(encoder, decoder));
        (_normWeight, _normBias) = (parameters[$"{NormName}.weight"], parameters[$"{NormName}.bias"]);
        (_predictWeight, _predictBias) = (parameters[$"{PredictName}.weight"], parameters[$"{PredictName}.bias"]);
    }

    /// <summary>The blocks.</summary>
    public BlockGroup Blocks { get; }

    private static string BlocksPrefix => "decoder_blocks_losspred.";

    private static string NormName => "decoder_norm_losspred";

    private static string PredictName => "decoder_pred_losspred";

    /// <summary>Whether a model that declared <paramref name="parameters"/> predicts losses.</summary>
    public static bool IsAmong(ParameterArena parameters) => parameters.Specs.Any(spec => spec.Name == $"{PredictName}.weight");

    /// <summary>Declares its parameters under the names of HPM's checkpoints.</summary>
    public static IEnumerable<ParameterSpec> Declare(VisionTransformerOptions encoder, MaeDecoderOptions decoder, int targetLength, InitializationScheme scheme) =>
    [
        .. BlockGroup.Declare(BlocksPrefix, MaeDecoder.ShapeOf(encoder, decoder), scheme),
        .. InitializationScheme.Norm(NormName, decoder.Width),
        .. scheme.Linear(PredictName, decoder.Width, targetLength),
    ];

    /// <summary>Predicts the losses of each image's last patches.</summary>
    /// <param name="x">The tokens that enter MAE's decoder, <c>[B*n, d]</c>.</param>
    /// <param name="patches">How many patches k of an image: the masked ones, or all but the class token.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B, k]</c> in single precision.</returns>
    public Tensor Forward(Tensor x, long patches, long batch)
    {
        using var scope = NewDisposeScope();
        return Predict(Blocks.Forward(x, new BlockConditions(batch)), patches, batch).MoveToOuterDisposeScope();
    }

    /// <summary>From the last block to the predicted losses of each image's last patches.</summary>
    /// <param name="y">What the last block makes, <c>[B*n, d]</c>.</param>
    /// <param name="patches">k.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B, k]</c> in single precision.</returns>
    public Tensor Predict(Tensor y, long patches, long batch)
    {
        using var scope = NewDisposeScope();
        long tokens = y.shape[0] / batch, width = y.shape[1];
        y = y.view(batch, tokens, width).narrow(1, tokens - patches, patches).reshape(-1, width);        // [B*k, d]
        y = LayerNormalization.Apply(y, new[] { width }, _normWeight, _normBias, _epsilon);
        // The prediction is the mean of as many outputs as a patch has targets: one output with the mean of their weights.
        return F.linear(y, _predictWeight.mean(new long[] { 0 }, keepdim: true), _predictBias.mean(new long[] { 0 }, keepdim: true))
            .view(batch, patches).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
