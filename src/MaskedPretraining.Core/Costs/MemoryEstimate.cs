namespace MaskedPretraining.Core.Costs;

/// <summary>Bytes that a training step holds at its peak, in tensors. What the process needs besides (runtime, libraries, decoded images) is not among them.</summary>
/// <param name="Parameters">Single-precision weights, and their bfloat16 copy if there is one.</param>
/// <param name="Gradients">One set of gradients a worker.</param>
/// <param name="Moments">Both moments of AdamW.</param>
/// <param name="Average">The moving average of the weights, if there is one.</param>
/// <param name="Activations">What the backward pass needs of the forward pass, for the images that are under way at a time.</param>
public sealed record MemoryEstimate(long Parameters, long Gradients, long Moments, long Average, long Activations)
{
    /// <summary>All of it.</summary>
    public long Total => Parameters + Gradients + Moments + Average + Activations;
}
