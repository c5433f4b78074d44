using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>A bias on attention logits in memory, or its gradient.</summary>
/// <param name="memory"><c>[B or 1, h, n, n]</c>; null for none.</param>
/// <param name="perImage">From an image to the next; 0 if all share one.</param>
internal readonly unsafe struct LogitBias(float* memory, long perImage)
{
    public bool IsEmpty => memory is null;

    /// <summary>Where a tensor of single precision, without gaps, lies; the tensor keeps the memory.</summary>
    public static LogitBias In(Tensor? tensor)
    {
        if (tensor is null)
        {
            return default;
        }

        long images = tensor.shape[0];
        return new LogitBias((float*)TensorMemory.AddressOf(tensor), images == 1 ? 0 : tensor.numel() / images);
    }

    /// <summary>The part <c>[n, n]</c> of a head.</summary>
    public float* Of(int image, int head, int tokens) => memory + (image * perImage) + ((long)head * tokens * tokens);
}
