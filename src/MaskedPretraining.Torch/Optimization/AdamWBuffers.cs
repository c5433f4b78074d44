namespace MaskedPretraining.Torch.Optimization;

/// <summary>Addresses of the flat buffers of one step. All are owned by tensors that outlive it.</summary>
internal unsafe struct AdamWBuffers
{
    public float* Values;
    public float* FirstMoment;
    public float* SecondMoment;

    /// <summary>Single-precision gradients, or bfloat16 ones when there is a <see cref="Copy"/>.</summary>
    public void* Gradients;

    /// <summary>bfloat16 copy of the values, or null.</summary>
    public ushort* Copy;
}
