using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace MaskedPretraining.Torch.Objectives;

/// <summary>Loss over predicted patches. Only masked patches are ever predicted, hence the mean over all rows is MAE's mean over masked patches.</summary>
internal static class ReconstructionLoss
{
    /// <summary>Mean squared error in single precision.</summary>
    /// <param name="predictions"><c>[B*m, F]</c>, any precision.</param>
    /// <param name="targets"><c>[B*m, F]</c>, single precision.</param>
    /// <returns>A scalar.</returns>
    public static Tensor MeanSquaredError(Tensor predictions, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return F.mse_loss(predictions.to(ScalarType.Float32), targets).MoveToOuterDisposeScope();
    }

    /// <summary>The squared error of each patch in single precision, mean over its elements.</summary>
    /// <param name="predictions"><c>[k, F]</c>, any precision.</param>
    /// <param name="targets"><c>[k, F]</c>, single precision.</param>
    /// <returns><c>[k]</c>.</returns>
    public static Tensor PatchErrors(Tensor predictions, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return predictions.to(ScalarType.Float32).sub(targets).square().mean(new long[] { 1 }).MoveToOuterDisposeScope();
    }

    /// <summary>Mean over patches of their weighted squared errors (AttG, Sick et al. 2025). The weights are constants and their sum plays no part.</summary>
    /// <param name="predictions"><c>[B*m, F]</c>, any precision.</param>
    /// <param name="targets"><c>[B*m, F]</c>, single precision.</param>
    /// <param name="weights"><c>[B*m]</c>, single precision.</param>
    /// <returns>A scalar.</returns>
    public static Tensor Weighted(Tensor predictions, Tensor targets, Tensor weights)
    {
        using var scope = NewDisposeScope();
        return PatchErrors(predictions, targets).mul(weights).mean().MoveToOuterDisposeScope();
    }
}
