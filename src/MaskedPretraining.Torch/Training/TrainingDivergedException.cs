using System.Globalization;

namespace MaskedPretraining.Torch.Training;

/// <summary>A loss, or weights, that are no longer numbers. A step with such a loss is not taken, and no checkpoint is written of such weights.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(long step, double loss, string? checkpoint)
        : base(string.Create(CultureInfo.InvariantCulture, $"Training diverged: {Finding(step, loss)}. Lower the learning rate, lengthen the warm-up or compute in single precision. ")
            + (checkpoint is null ? "There is no earlier checkpoint." : $"The last good checkpoint is {checkpoint}."))
        => (Step, Loss, Checkpoint) = (step, loss, checkpoint);

    /// <summary>Number of the step, from 0.</summary>
    public long Step { get; }

    /// <summary>The step's loss: not a number, or infinite, unless it is the weights that are.</summary>
    public double Loss { get; }

    /// <summary>Path of the last checkpoint, written when all was well; null if there is none.</summary>
    public string? Checkpoint { get; }

    private static string Finding(long step, double loss) => double.IsFinite(loss)
        ? string.Create(CultureInfo.InvariantCulture, $"the weights after step {step} are not finite, its loss was {loss}")
        : string.Create(CultureInfo.InvariantCulture, $"the loss of step {step} is {loss}");
}
