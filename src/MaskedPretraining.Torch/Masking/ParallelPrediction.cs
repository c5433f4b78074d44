using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>
/// Predicts the losses of whole images on the CPU, without gradients: each core takes its own images through written-out forward passes, a few at a time, as in <see cref="ParallelStep"/>. Which images go
/// together depends on the number of cores alone.
/// </summary>
internal sealed class ParallelPrediction : IDisposable
{
    private readonly MaskedImageModel _model;
    private readonly WholeImageAssembler _images;
    private readonly SingleCoreThreads _threads;
    private readonly (IBlockStack Encoder, IBlockStack Losses)[] _stacks;

    /// <param name="model">Suits the kernels and predicts losses.</param>
    /// <param name="images">Makes tensors of bytes.</param>
    /// <param name="cores">Cores to use.</param>
    public ParallelPrediction(MaskedImageModel model, WholeImageAssembler images, int cores)
    {
        (_model, _images) = (model, images);
        _threads = new SingleCoreThreads(cores);
        _stacks = [.. Enumerable.Range(0, cores).Select(_ => (StackOf(model.Groups[0]), StackOf(model.Losses!.Blocks)))];
    }

    /// <summary>Predicts the losses of a batch.</summary>
    /// <param name="count">Images B.</param>
    /// <param name="pixels"><c>[B, N, P*P*C]</c>.</param>
    /// <param name="predicted">Filled, <c>[B, N]</c>.</param>
    public void Run(int count, ReadOnlyMemory<byte> pixels, Memory<float> predicted)
    {
        int patches = predicted.Length / count, imageLength = pixels.Length / count;
        _threads.Run(
            count,
            ParallelStep.ImagesAtATime(patches),
            (core, first, some) => Run(core, some, pixels.Slice(first * imageLength, some * imageLength), predicted.Slice(first * patches, some * patches)));
    }

    public void Dispose()
    {
        _threads.Dispose();
        foreach (var (encoder, losses) in _stacks)
        {
            encoder.Dispose();
            losses.Dispose();
        }
    }

    private void Run(int core, int count, ReadOnlyMemory<byte> pixels, Memory<float> predicted)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (patches, tokens) = _images.Assemble(count, pixels.Span);
        var step = StepTensors.Unmasked(patches, tokens, count);
        var decoderTokens = _model.Leave(0, _stacks[core].Encoder.Forward(_model.Enter(step), count, logitBias: _model.Encoder.ConditionsOf(tokens, count).LogitBias), step);
        var losses = _model.Losses!.Predict(_stacks[core].Losses.Forward(decoderTokens, count), predicted.Length / count, count);
        TensorMemory.ToSingles(losses).CopyTo(predicted.Span);
    }

    private IBlockStack StackOf(BlockGroup group) => BlockStack.Create(_model.Parameters, group.Prefix, group.Shape, isForwardOnly: true);
}
