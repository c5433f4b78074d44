using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// Forward and backward pass of some images of a batch on one core. The blocks are <see cref="IBlockStack"/>s; autograd records what is in front of, between and behind them, and
/// the gradient is handed across each seam.
/// </summary>
internal sealed class PartialStep : IDisposable
{
    private readonly MaskedAutoencoder _model;
    private readonly PixelTarget _target;
    private readonly IBlockStack _encoderBlocks;
    private readonly IBlockStack _decoderBlocks;

    /// <param name="model">Its gradients are added to; no other thread may use them.</param>
    /// <param name="encoder">Suits the kernels.</param>
    /// <param name="decoder">Suits the kernels.</param>
    /// <param name="target">What to predict.</param>
    public PartialStep(MaskedAutoencoder model, VisionTransformerOptions encoder, MaeDecoderOptions decoder, PixelTarget target)
    {
        (_model, _target) = (model, target);
        _encoderBlocks = BlockStack.Create(model.Parameters, "blocks.", ShapeOf(encoder));
        _decoderBlocks = BlockStack.Create(model.Parameters, "decoder_blocks.", ShapeOf(encoder, decoder));
    }

    /// <summary>Whether the shapes suit the kernels.</summary>
    public static bool Suits(VisionTransformerOptions encoder, MaeDecoderOptions decoder) => ShapeOf(encoder).SuitsKernels && ShapeOf(encoder, decoder).SuitsKernels;

    /// <summary>Adds the gradients of these images' share of the batch's loss.</summary>
    /// <param name="step">The images.</param>
    /// <param name="share">Their part of the batch, by number.</param>
    /// <returns>Their mean loss.</returns>
    public float Run(StepTensors step, float share)
    {
        using var scope = NewDisposeScope();
        long batch = step.Count;
        var x = _model.Encoder.Embed(step.VisiblePatches.to(_model.Parameters.ComputeValues.dtype), step.VisibleTokens, batch);
        var encoded = _encoderBlocks.Forward(x, batch);
        var y = _model.Decoder.Embed(_model.Encoder.Normalize(encoded), step.VisibleTokens, step.MaskedTokens, batch);
        var decoded = _decoderBlocks.Forward(y, batch);
        var predictions = _model.Decoder.Predict(decoded, step.MaskedTokens.shape[0] / batch, batch);
        var loss = ReconstructionLoss.MeanSquaredError(predictions, _target.Of(step.MaskedPatches));

        loss.mul(share).backward();
        y.backward(new[] { _decoderBlocks.Backward(decoded.grad!) });
        x.backward(new[] { _encoderBlocks.Backward(encoded.grad!) });
        return loss.item<float>();
    }

    public void Dispose()
    {
        _encoderBlocks.Dispose();
        _decoderBlocks.Dispose();
    }

    private static StackShape ShapeOf(VisionTransformerOptions o) => new(o.Depth, o.Width, o.Heads, o.MlpRatio * o.Width, o.LayerNormEpsilon);

    private static StackShape ShapeOf(VisionTransformerOptions encoder, MaeDecoderOptions o) => new(o.Depth, o.Width, o.Heads, 4 * o.Width, encoder.LayerNormEpsilon);
}
