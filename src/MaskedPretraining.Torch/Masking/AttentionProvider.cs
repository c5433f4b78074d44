using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Masking;

/// <summary>A frozen encoder that tells where its class token looks in the crops that a model is trained on; in single precision, as in AutoMAE's released code.</summary>
internal sealed class AttentionProvider : IDisposable
{
    private readonly PatchGrid _grid;
    private readonly LoadedEncoder _encoder;
    private readonly ParallelEncoder? _parallel;
    private readonly Device _device;
    private readonly int _heads;

    /// <param name="weights">Shape and tensors; copied.</param>
    /// <param name="device">Where to.</param>
    /// <exception cref="CheckpointMismatchException">A tensor is missing or has another shape.</exception>
    public AttentionProvider(EncoderWeights weights, Device device)
    {
        var options = weights.Architecture;
        (_grid, _heads, _device) = (options.Grid, options.Heads, device);
        _encoder = new LoadedEncoder(weights, device);
        _parallel = device.type == DeviceType.CPU && ParallelEncoder.Suits(options, ParallelEncoder.LeftForAttention)
            ? new ParallelEncoder(_encoder.Model, _encoder.Parameters, _encoder.Assembler, ParallelEncoder.LeftForAttention, TorchRuntime.Threads)
            : null;
    }

    /// <summary>Class token's attention to the patches in the last block, with all patches seen; the class key is dropped, the rest not renormalised.</summary>
    /// <param name="images">The crops.</param>
    /// <param name="atATime">Images whose activations lie in memory at once where libtorch's own operations do the work.</param>
    /// <returns><c>[B, h, N]</c>, a constant.</returns>
    public Tensor AttentionOf(MaskedImages images, int atATime)
    {
        if (_parallel is not null)
        {
            return TensorMemory.From<float>(_parallel.ClassAttention(images.Count, images.Patches), ScalarType.Float32, _device, images.Count, _heads, _grid.Count);
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var parts = new List<Tensor>();
        for (int first = 0; first < images.Count; first += atATime)
        {
            parts.Add(AttentionOf(images.Slice(first, Math.Min(atATime, images.Count - first))));
        }

        return cat(parts).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _parallel?.Dispose();
        _encoder.Dispose();
    }

    private Tensor AttentionOf(MaskedImages images)
    {
        using var scope = NewDisposeScope();
        var (patches, tokens) = _encoder.Assembler.Assemble(images.Count, images.Patches.Span);
        return _encoder.Model.ClassAttention(patches, tokens, images.Count).narrow(2, 1, _grid.Count).contiguous().MoveToOuterDisposeScope();
    }
}
