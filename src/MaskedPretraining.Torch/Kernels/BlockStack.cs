using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>Makes the stack for the element type that a model computes with.</summary>
internal static class BlockStack
{
    /// <param name="parameters">The model's parameters, with gradients.</param>
    /// <param name="prefix">Of the blocks' names, for example <c>blocks.</c></param>
    /// <param name="shape">Suits the kernels.</param>
    /// <param name="first">Number of the first block, if those before it are left out.</param>
    /// <param name="isForwardOnly">Whether there will be no backward pass, so that blocks may share their memory.</param>
    public static IBlockStack Create(ParameterArena parameters, string prefix, StackShape shape, int first = 0, bool isForwardOnly = false) => parameters.ComputeValues.dtype == ScalarType.BFloat16
        ? new BlockStack<ushort, BFloat16Element>(parameters, prefix, shape, first, OneDnn.HasBFloat16 ? new OneDnnProducts<ushort, BFloat16Element>() : new TorchProducts<ushort>(), isForwardOnly)
        : new BlockStack<float, SingleElement>(parameters, prefix, shape, first, OneDnn.HasSingle ? new OneDnnProducts<float, SingleElement>() : new TorchProducts<float>(), isForwardOnly);
}
