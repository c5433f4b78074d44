using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Torch.Training;

/// <summary>When in a run a step is done.</summary>
/// <param name="Progress">The epoch.</param>
/// <param name="EpochsDone">Epochs done before the step, with fraction.</param>
/// <param name="LearningRate">The step's learning rate.</param>
internal readonly record struct StepMoment(TrainingProgress Progress, double EpochsDone, double LearningRate);
