using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>What a run minimises: the error between predictions and targets of the masked patches, weighted where something guides it.</summary>
/// <param name="Target">What is predicted.</param>
/// <param name="Error">How far a prediction is from it.</param>
/// <param name="LossForm">What a second decoder is to say about the errors; null if there is none.</param>
internal sealed record Objective(IReconstructionTarget Target, ReconstructionError Error, LossPredictionForm? LossForm = null)
{
    /// <summary>The loss of a batch, or a part's share of it.</summary>
    /// <param name="predictions"><c>[M, F]</c>.</param>
    /// <param name="step">The images.</param>
    /// <param name="count">Masked patches in the whole batch.</param>
    /// <param name="predictedLosses">What a second decoder says about the errors, <c>[B, m]</c>; null if there is none.</param>
    /// <returns>A scalar, and the errors <c>[M]</c>.</returns>
    public (Tensor Loss, Tensor Errors) Of(Tensor predictions, StepTensors step, long count, Tensor? predictedLosses = null)
    {
        using var scope = NewDisposeScope();
        var errors = ReconstructionLoss.PerPatch(predictions, Target.Of(step), Error);
        var loss = ReconstructionLoss.Sum(errors, step.LossWeights, count);
        loss = LossForm is { } form && predictedLosses is not null ? loss.add(LossPrediction.Of(form, predictedLosses, errors.view(predictedLosses.shape), count)) : loss;
        return (loss.MoveToOuterDisposeScope(), errors.MoveToOuterDisposeScope());
    }

    /// <summary>Brings the losses to managed memory.</summary>
    public static StepLosses Read(Tensor loss, Tensor errors, MaskedImages images, long count)
    {
        double value = loss.ToSingle();
        return images.LossWeights.IsEmpty ? new StepLosses(value, value, 0) : StepLosses.Of(value, TensorMemory.ToSingles(errors), images, count);
    }

    /// <summary>The losses of a batch, or a part's share of them, without bringing them to managed memory.</summary>
    /// <param name="loss">What is minimised, a scalar.</param>
    /// <param name="errors">Error of each masked patch, <c>[M]</c>.</param>
    /// <param name="step">The images.</param>
    /// <param name="count">Masked patches in the whole batch.</param>
    /// <returns>The members of <see cref="StepLosses"/>, <c>[3]</c>.</returns>
    public static Tensor Measure(Tensor loss, Tensor errors, StepTensors step, long count)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var plain = step.ForegroundWeights is null ? loss : errors.sum().div(count);
        var foreground = step.ForegroundWeights is null ? zeros_like(loss) : errors.mul(step.ForegroundWeights).sum().div(count);
        return stack(new[] { loss, plain, foreground }).MoveToOuterDisposeScope();
    }

    /// <summary>The target that options ask for.</summary>
    public static IReconstructionTarget TargetOf(ReconstructionTarget target, VisionTransformerOptions encoder) =>
        target.HogOptions is { } hog ? new HogTarget(encoder, hog) : new PixelTarget(target.NormalizesPixels);
}
