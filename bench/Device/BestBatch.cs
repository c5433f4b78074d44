namespace MaskedPretraining.Bench.Device;

/// <summary>The batch size at which a program was fastest.</summary>
/// <param name="Batch">Images in a batch.</param>
/// <param name="ImagesPerSecond">Images trained on a second.</param>
/// <param name="StepMilliseconds">Time of a step; null if it was not told, as the next two.</param>
/// <param name="OptimizerMilliseconds">Time of the optimizer alone.</param>
/// <param name="Mebibytes">Memory of the GPU.</param>
internal sealed record BestBatch(double Batch, double ImagesPerSecond, double? StepMilliseconds, double? OptimizerMilliseconds, double? Mebibytes);
