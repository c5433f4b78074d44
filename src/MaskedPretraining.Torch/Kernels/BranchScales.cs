namespace MaskedPretraining.Torch.Kernels;

/// <summary>Stochastic depth: what each branch of each image is multiplied by.</summary>
/// <param name="Values"><c>[B, 2L]</c> for all L blocks of the network, attention before MLP; empty if nothing is ever left out.</param>
/// <param name="Images">B.</param>
internal readonly record struct BranchScales(ReadOnlyMemory<float> Values, int Images)
{
    /// <summary>Whether all factors are 1.</summary>
    public bool IsEmpty => Values.IsEmpty;

    /// <summary>The factor of an image's branch.</summary>
    /// <param name="image">From 0.</param>
    /// <param name="branch">2 times the block's number, and 1 more for the MLP.</param>
    public float Of(int image, int branch) => Values.Span[(image * (Values.Length / Images)) + branch];
}
