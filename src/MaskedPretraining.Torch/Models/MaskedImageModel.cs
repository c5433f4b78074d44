using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>
/// A network that predicts masked patches: stacks of transformer blocks with something light in front of, between and behind them. Autograd records all of it, or only what is not a
/// block where a <see cref="PartialStep"/> runs the blocks.
/// </summary>
internal abstract class MaskedImageModel : IDisposable
{
    /// <param name="options">The encoder's shape, already validated.</param>
    /// <param name="parameters">Holds what the model declares.</param>
    protected MaskedImageModel(VisionTransformerOptions options, ParameterArena parameters)
    {
        Parameters = parameters;
        Encoder = new VisionTransformer(options, parameters);
    }

    public ParameterArena Parameters { get; }

    public VisionTransformer Encoder { get; }

    /// <summary>The stacks of blocks in the order in which tokens pass them; the encoder's first.</summary>
    public abstract IReadOnlyList<BlockGroup> Groups { get; }

    /// <summary>What predicts losses from the tokens that enter the last stack; null if nothing does.</summary>
    public virtual LossPredictor? Losses => null;

    /// <summary>Takes memory for a model; <see cref="ParameterArena.Initialize"/> or <see cref="Load"/> gives it values.</summary>
    /// <param name="encoder">The encoder's shape.</param>
    /// <param name="decoder">Which decoder, and with it where mask tokens enter.</param>
    /// <param name="targetLength">Numbers F predicted a patch.</param>
    /// <param name="computeType">Float32 or BFloat16.</param>
    /// <param name="device">Where it lies.</param>
    /// <param name="initialization">First values.</param>
    /// <param name="decaysTokens">Whether weight decay applies to class token and positions.</param>
    /// <param name="predictsLosses">Whether there is a <see cref="LossPredictor"/> beside MAE's decoder.</param>
    public static MaskedImageModel Create(
        VisionTransformerOptions encoder, DecoderOptions decoder, int targetLength, ScalarType computeType, Device device, WeightInitialization initialization = WeightInitialization.Mae, bool decaysTokens = true, bool predictsLosses = false)
    {
        var scheme = new InitializationScheme(initialization);
        var specs = decoder switch
        {
            MaeDecoderOptions transformer => MaskedAutoencoder.Declare(encoder, transformer, targetLength, scheme)
                .Concat(predictsLosses ? LossPredictor.Declare(encoder, transformer, targetLength, scheme) : []),
            LinearDecoderOptions => SimMimModel.Declare(encoder, targetLength, scheme),
            _ => throw new ArgumentException($"There is no model with the decoder {decoder.GetType().Name}.", nameof(decoder)),
        };
        var parameters = new ParameterArena([.. specs.Select(spec => decaysTokens || spec.Name is not ("cls_token" or "pos_embed") ? spec : spec with { IsDecayed = false })], computeType, device);
        return decoder is MaeDecoderOptions mae ? new MaskedAutoencoder(encoder, mae, parameters) : new SimMimModel(encoder, parameters);
    }

    /// <summary>Whether a tensor of <see cref="Store"/> is no part of the encoder.</summary>
    public static bool IsForTrainingOnly(string name) =>
        name is "mask_token" || name.StartsWith("decoder_", StringComparison.Ordinal) || name.StartsWith(MaskGenerator.Prefix, StringComparison.Ordinal) || name.StartsWith("head.", StringComparison.Ordinal);

    /// <summary>What the first stack sees.</summary>
    /// <returns><c>[B*n, D]</c>.</returns>
    public abstract Tensor Enter(StepTensors step);

    /// <summary>From the output of a stack to the input of the next one, or behind the last stack to the predictions.</summary>
    /// <param name="group">The stack's number.</param>
    /// <param name="y">Its output <c>[B*n, D]</c>.</param>
    /// <param name="step">The batch.</param>
    /// <returns><c>[B*n', d]</c>; the predictions are <c>[M, F]</c>, one row a masked patch in the order of <see cref="StepTensors.MaskedPatches"/>.</returns>
    public abstract Tensor Leave(int group, Tensor y, StepTensors step);

    /// <summary>The same model over other parameters: with gradients of its own, see <see cref="ParameterArena(ParameterArena)"/>, or with other values.</summary>
    /// <param name="parameters">Has the same declarations; belongs to the new model.</param>
    public abstract MaskedImageModel Over(ParameterArena parameters);

    /// <summary>Predicts the masked patches from the visible ones.</summary>
    /// <returns><c>[M, F]</c>.</returns>
    public Tensor Forward(StepTensors step)
    {
        using var scope = NewDisposeScope();
        return ForwardForTraining(step).Predictions.MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Forward"/>, with all else that a loss may look at.</summary>
    public ModelOutput ForwardForTraining(StepTensors step)
    {
        using var scope = NewDisposeScope();
        var encoded = Groups[0].Forward(Enter(step), Encoder.ConditionsOf(step.Tokens, step.Count, step.BranchScales));
        Tensor x = Leave(0, encoded, step), entered = x;
        for (int group = 1; group < Groups.Count; group++)
        {
            entered = x;
            x = Leave(group, Groups[group].Forward(x, new BlockConditions(step.Count)), step);
        }

        var losses = Losses?.Forward(entered, step.MaskedTokens!.shape[0] / step.Count, step.Count).MoveToOuterDisposeScope();
        return new ModelOutput(x.MoveToOuterDisposeScope(), encoded.MoveToOuterDisposeScope(), losses);
    }

    /// <summary>Predicts the losses of all patches of whole images, by a model that has <see cref="Losses"/>.</summary>
    /// <param name="patches">Scaled patches <c>[B*N, P*P*C]</c>.</param>
    /// <param name="tokens">Token numbers <c>[B*(1+N)]</c>, ascending in each image.</param>
    /// <param name="batch">B.</param>
    /// <returns><c>[B, N]</c> in single precision.</returns>
    public Tensor PredictLosses(Tensor patches, Tensor tokens, int batch)
    {
        using var scope = NewDisposeScope();
        var step = StepTensors.Unmasked(patches, tokens, batch);
        var encoded = Groups[0].Forward(Enter(step), Encoder.ConditionsOf(tokens, batch));
        return Losses!.Forward(Leave(0, encoded, step), patches.shape[0] / batch, batch).MoveToOuterDisposeScope();
    }

    /// <summary>All weights, fixed position tables included.</summary>
    public virtual StateDictionary Store()
    {
        var state = new StateDictionary();
        Parameters.Store(state);
        Encoder.Positions?.Store(state);
        return state;
    }

    /// <summary>Takes the weights of a dictionary written by <see cref="Store"/>; fixed tables are not read.</summary>
    public void Load(StateDictionary state) => Parameters.Load(state);

    public virtual void Dispose()
    {
        Encoder.Dispose();
        Parameters.Dispose();
    }
}
