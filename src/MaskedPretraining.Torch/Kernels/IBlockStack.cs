using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>Forward and backward pass of a stack of transformer blocks, written out instead of recorded by autograd.</summary>
internal interface IBlockStack : IDisposable
{
    /// <summary>Runs the blocks and keeps what <see cref="Backward"/> needs until it is called or the next batch comes.</summary>
    /// <param name="x">Tokens <c>[B*n, D]</c>.</param>
    /// <param name="batch">B.</param>
    /// <param name="branchScales">Stochastic depth; the default leaves nothing out.</param>
    /// <param name="logitBias">Added to the attention logits of every block, <c>[B or 1, h, n, n]</c>; null for none.</param>
    /// <returns><c>[B*n, D]</c>: a leaf of autograd; its gradient is what <see cref="Backward"/> takes.</returns>
    Tensor Forward(Tensor x, long batch, BranchScales branchScales = default, Tensor? logitBias = null);

    /// <summary>Adds the gradients of all parameters of the blocks.</summary>
    /// <param name="gradient">Of the output, <c>[B*n, D]</c>.</param>
    /// <param name="logitBiasGradient">That of the logits' bias is added to it; in single precision, as large as the bias. Null if there is no bias.</param>
    /// <returns>Gradient of the input, <c>[B*n, D]</c>.</returns>
    Tensor Backward(Tensor gradient, Tensor? logitBiasGradient = null);
}
