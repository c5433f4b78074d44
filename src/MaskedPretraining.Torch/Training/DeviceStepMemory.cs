namespace MaskedPretraining.Torch.Training;

/// <summary>What a training step is estimated to need of a GPU's memory.</summary>
/// <param name="ImagesAtATime">Images whose activations lie in memory at once.</param>
/// <param name="OneImage">Bytes of the activations of one of them.</param>
/// <param name="Others">Bytes of all that does not grow with them: weights, gradients, moments.</param>
/// <param name="WorksInParts">Whether fewer images at a time leave the step as it is.</param>
internal readonly record struct DeviceStepMemory(int ImagesAtATime, long OneImage, long Others, bool WorksInParts = true)
{
    /// <summary>All of it, in bytes.</summary>
    public long Total => Others + (ImagesAtATime * OneImage);

    /// <summary>Images at a time that fit into a memory that did not hold them all; null if not even one does.</summary>
    /// <param name="capacity">The device's memory in bytes; null if it is not known.</param>
    public int? ImagesIn(long? capacity)
    {
        // An estimate that says that more would fit than did not is wrong by half at least.
        int fitting = (int)Math.Min(((capacity ?? Total) - Others) / Math.Max(OneImage, 1), ImagesAtATime / 2);
        return fitting >= 1 ? fitting : null;
    }
}
