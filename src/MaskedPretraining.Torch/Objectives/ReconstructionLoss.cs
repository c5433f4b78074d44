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
}
