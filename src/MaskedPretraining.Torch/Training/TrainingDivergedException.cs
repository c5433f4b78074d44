using System.Globalization;

namespace MaskedPretraining.Torch.Training;

/// <summary>A loss that is no longer a number. The step that produced it was not taken.</summary>
public sealed class TrainingDivergedException : Exception
{
    internal TrainingDivergedException(long step, float loss, string? checkpoint)
        : base(string.Create(CultureInfo.InvariantCulture, $"Training diverged: the loss of step {step} is {loss}. Lower the learning rate, lengthen the warm-up or compute in single precision. ")
            + (checkpoint is null ? "There is no earlier checkpoint." : $"The last good checkpoint is {checkpoint}."))
        => (Step, Loss, Checkpoint) = (step, loss, checkpoint);

    /// <summary>Number of the step, from 0.</summary>
    public long Step { get; }

    /// <summary>The loss: not a number, or infinite.</summary>
    public float Loss { get; }

    /// <summary>Path of the last checkpoint, written when all was well; null if there is none.</summary>
    public string? Checkpoint { get; }
}
