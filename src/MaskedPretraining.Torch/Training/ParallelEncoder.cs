using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>
/// An encoder's forward passes over whole images on the CPU, without gradients: each core takes its own images through written-out blocks, a few at a time, as in <see cref="ParallelStep"/>. Which images go
/// together depends on the number of cores alone. What is wanted of the last blocks, libtorch's operations work out on the same core.
/// </summary>
internal sealed class ParallelEncoder : IDisposable
{
    /// <summary>Blocks to leave for <see cref="ClassAttention"/>: of the last one only the class token's attention is worked out.</summary>
    public const int LeftForAttention = 1;

    private readonly VisionTransformer _encoder;
    private readonly WholeImageAssembler _assembler;
    private readonly ScalarType _type;
    private readonly SingleCoreThreads _threads;
    private readonly IBlockStack[] _stacks;

    /// <param name="encoder">Suits the kernels.</param>
    /// <param name="parameters">The encoder's.</param>
    /// <param name="assembler">Makes tensors of bytes.</param>
    /// <param name="blocksLeft">Blocks at the end that <see cref="Run"/> leaves to what reads.</param>
    /// <param name="cores">Cores to use.</param>
    public ParallelEncoder(VisionTransformer encoder, ParameterArena parameters, WholeImageAssembler assembler, int blocksLeft, int cores)
    {
        (_encoder, _assembler, _type) = (encoder, assembler, parameters.ComputeValues.dtype);
        _threads = new SingleCoreThreads(cores);
        var (prefix, shape) = (encoder.Blocks.Prefix, encoder.Blocks.Shape);
        _stacks = [.. Enumerable.Range(0, cores).Select(_ => BlockStack.Create(parameters, prefix, shape with { Depth = shape.Depth - blocksLeft }, isForwardOnly: true))];
    }

    /// <summary>Whether the kernels know an encoder's blocks, and some are theirs.</summary>
    /// <param name="options">The encoder.</param>
    /// <param name="blocksLeft">Blocks at the end that are not.</param>
    public static bool Suits(VisionTransformerOptions options, int blocksLeft) => options.Depth > blocksLeft && VisionTransformer.ShapeOf(options).SuitsKernels;

    /// <summary>The class token's attention to the patches in the last block, if that block is left.</summary>
    /// <param name="count">Images B.</param>
    /// <param name="pixels"><c>[B, N, P*P*C]</c>.</param>
    /// <returns>Without the class key, not renormalised, <c>[B, h, N]</c>.</returns>
    public float[] ClassAttention(int count, ReadOnlyMemory<byte> pixels)
    {
        var attention = new float[count * _encoder.Blocks.Shape.Heads * _assembler.Patches];
        Run(count, pixels, (x, conditions) => _encoder.Blocks.Last.ClassAttention(x, conditions).narrow(2, 1, _assembler.Patches), attention);
        return attention;
    }

    /// <summary>Takes a batch through the encoder.</summary>
    /// <param name="count">Images B.</param>
    /// <param name="pixels"><c>[B, N, P*P*C]</c>.</param>
    /// <param name="read">Makes of some images' tokens <c>[b*(1+N), D]</c> behind the blocks, class token first, what is wanted of them, <c>[b, ...]</c>.</param>
    /// <param name="results">Filled with it, <c>[B, ...]</c>.</param>
    public void Run(int count, ReadOnlyMemory<byte> pixels, Func<Tensor, BlockConditions, Tensor> read, Memory<float> results)
    {
        int imageLength = pixels.Length / count, resultLength = results.Length / count;
        _threads.Run(count, ParallelStep.ImagesAtATime(_assembler.Patches), (core, first, some) =>
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var (patches, tokens) = _assembler.Assemble(some, pixels.Slice(first * imageLength, some * imageLength).Span);
            var conditions = _encoder.ConditionsOf(tokens, some);
            var x = _stacks[core].Forward(_encoder.Embed(patches.to(_type), tokens, some), some, logitBias: conditions.LogitBias);
            TensorMemory.ToSingles(read(x, conditions)).CopyTo(results.Slice(first * resultLength).Span);
        });
    }

    public void Dispose()
    {
        _threads.Dispose();
        Array.ForEach(_stacks, stack => stack.Dispose());
    }
}
