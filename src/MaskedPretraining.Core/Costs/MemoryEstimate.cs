namespace MaskedPretraining.Core.Costs;

/// <summary>Bytes by which a process grows when it trains. A process that has only loaded the libraries is the rest of what the operating system shows.</summary>
/// <param name="Parameters">Single-precision weights, and their bfloat16 copy if there is one.</param>
/// <param name="Gradients">One set of gradients a worker; on the CPU also the weights that its LayerScale is folded into, and their gradients.</param>
/// <param name="Moments">Both moments of AdamW.</param>
/// <param name="Average">The moving average of the weights, if there is one, and the teacher of hard patches.</param>
/// <param name="Activations">What the backward pass needs of the forward pass, for the images that are under way at a time.</param>
public sealed record MemoryEstimate(long Parameters, long Gradients, long Moments, long Average, long Activations)
{
    /// <summary>What is no tensor: compiled code, working memory of matrix products, decoded images. Measured as the growth that tensors do not explain, on two cores; much the same for small and large models.</summary>
    public const long ProcessOverhead = 150L << 20;

    /// <summary>All of it.</summary>
    public long Total => Parameters + Gradients + Moments + Average + Activations + ProcessOverhead;
}
