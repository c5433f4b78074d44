namespace MaskedPretraining.Torch.Training;

/// <summary>How a pre-training run stands.</summary>
/// <param name="Epoch">Epoch from 0.</param>
/// <param name="Epochs">Epochs of the whole run.</param>
/// <param name="Step">Optimizer steps done since the start of the run, earlier parts of a resumed run included.</param>
/// <param name="Steps">Optimizer steps of the whole run.</param>
/// <param name="Loss">Mean loss of this epoch's steps so far: squared error a masked patch element, in units of normalised pixels.</param>
/// <param name="LearningRate">Learning rate of the last step.</param>
/// <param name="ImagesPerSecond">Images trained on a second of wall-clock time, over this epoch's steps in this process, loading included, attention maps and validation left out.</param>
/// <param name="ValidationLoss">Loss on the validation images with masks that never change; null where it was not worked out.</param>
/// <param name="IsEpochEnd">Whether the epoch is complete.</param>
public sealed record PretrainingMetrics(
    int Epoch,
    int Epochs,
    long Step,
    long Steps,
    double Loss,
    double LearningRate,
    double ImagesPerSecond,
    double? ValidationLoss,
    bool IsEpochEnd);
