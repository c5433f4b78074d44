using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>
/// The class token's attention in whole images on the CPU, without gradients: each core takes its own images through written-out forward passes, a few at a time, as in <see cref="ParallelStep"/>. Which
/// images go together depends on the number of cores alone.
/// </summary>
internal sealed class ParallelAttention : IDisposable
{
    private readonly LoadedEncoder _encoder;
    private readonly SingleCoreThreads _threads;
    private readonly IBlockStack[] _stacks;

    /// <param name="encoder">Suits the kernels.</param>
    /// <param name="cores">Cores to use.</param>
    public ParallelAttention(LoadedEncoder encoder, int cores)
    {
        _encoder = encoder;
        _threads = new SingleCoreThreads(cores);
        // Of the last block only the class token's attention is worked out.
        var blocks = encoder.Model.Blocks;
        _stacks = [.. Enumerable.Range(0, cores).Select(_ => BlockStack.Create(encoder.Parameters, blocks.Prefix, blocks.Shape with { Depth = blocks.Shape.Depth - 1 }))];
    }

    /// <summary>Whether the kernels know an encoder's blocks, and there are two at least.</summary>
    public static bool Suits(VisionTransformerOptions options) => options.Depth > 1 && VisionTransformer.ShapeOf(options).SuitsKernels;

    /// <summary>Works out the attention of a batch.</summary>
    /// <param name="count">Images B.</param>
    /// <param name="pixels"><c>[B, N, P*P*C]</c>.</param>
    /// <param name="attention">Filled without the class key, <c>[B, h, N]</c>.</param>
    /// <param name="patches">N.</param>
    public void Run(int count, ReadOnlyMemory<byte> pixels, Memory<float> attention, int patches)
    {
        int imageLength = pixels.Length / count, perImage = attention.Length / count;
        _threads.Run(count, ParallelStep.ImagesAtATime(patches), (core, first, some) =>
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var (rows, tokens) = _encoder.Assembler.Assemble(some, pixels.Slice(first * imageLength, some * imageLength).Span);
            var conditions = _encoder.Model.ConditionsOf(tokens, some);
            var last = _stacks[core].Forward(_encoder.Model.Embed(rows, tokens, some), some, logitBias: conditions.LogitBias);
            TensorMemory.ToSingles(_encoder.Model.Blocks.Last.ClassAttention(last, conditions).narrow(2, 1, patches)).CopyTo(attention.Slice(first * perImage).Span);
        });
    }

    public void Dispose()
    {
        _threads.Dispose();
        Array.ForEach(_stacks, stack => stack.Dispose());
    }
}
