namespace MaskedPretraining.Torch.Training;

/// <summary>How the training of a segmentation probe stands after an epoch.</summary>
/// <param name="Epoch">Epoch from 0.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Loss">Mean cross-entropy of the epoch's batches, each before its step.</param>
/// <param name="LearningRate">Learning rate of the epoch's last step.</param>
public sealed record SegmentationProbeMetrics(int Epoch, int Epochs, double Loss, double LearningRate);
