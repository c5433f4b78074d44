using MaskedPretraining.Core.Objectives;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>Errors of predicted patches, weighted where attention guides them (AttG, Sick et al. 2025: the weights are constants and their sum plays no part). Only masked patches are ever predicted, hence the mean over all rows is MAE's mean over masked patches.</summary>
internal static class ReconstructionLoss
{
    /// <summary>Mean error of each patch in single precision.</summary>
    /// <param name="predictions"><c>[M, F]</c>, any precision.</param>
    /// <param name="targets"><c>[M, F]</c>, single precision.</param>
    /// <param name="error">Squared or absolute.</param>
    /// <returns><c>[M]</c>.</returns>
    public static Tensor PerPatch(Tensor predictions, Tensor targets, ReconstructionError error)
    {
        using var scope = NewDisposeScope();
        var difference = predictions.to(ScalarType.Float32).sub(targets);
        var errors = error == ReconstructionError.Absolute ? difference.abs() : difference.square();
        return errors.mean(new long[] { 1 }).MoveToOuterDisposeScope();
    }

    /// <summary>Sum of weighted errors over a number of patches: the loss, or a part's share of it.</summary>
    /// <param name="errors">Error of each patch <c>[M]</c>.</param>
    /// <param name="weights">Weight of each patch <c>[M]</c>, not differentiated; null for 1.</param>
    /// <param name="count">Masked patches in the whole batch.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Sum(Tensor errors, Tensor? weights, long count)
    {
        using var scope = NewDisposeScope();
        var weighted = weights is null ? errors : errors.mul(weights);
        return weighted.sum().div(count).MoveToOuterDisposeScope();
    }
}
