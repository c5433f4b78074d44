using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>Forward and backward pass of a stack of transformer blocks, written out instead of recorded by autograd.</summary>
internal interface IBlockStack : IDisposable
{
    /// <summary>Runs the blocks and keeps what <see cref="Backward"/> needs until it is called or the next batch comes.</summary>
    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <param name="batch">B.</param>
    /// <param name="branchScales">Stochastic depth; the default leaves nothing out.</param>
    /// <returns><c>[B*n, D]</c>: a leaf of autograd; its gradient is what <see cref="Backward"/> takes.</returns>
    Tensor Forward(Tensor x, long batch, BranchScales branchScales = default);

    /// <summary>Adds the gradients of all parameters of the blocks.</summary>
    /// <param name="gradient">Of the output, <c>[B*n, D]</c>.</param>
    /// <returns>Gradient of the input, <c>[B*n, D]</c>.</returns>
    Tensor Backward(Tensor gradient);
}
