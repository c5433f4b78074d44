using System.Security.Cryptography;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>An encoder that no longer learns: whole images to feature vectors, in single precision.</summary>
internal sealed class FrozenEncoder : IDisposable
{
    private readonly int _imageLength;
    private readonly TokenPooling _pooling;
    private readonly LoadedEncoder _encoder;
    private readonly ParallelEncoder? _parallel;

    /// <param name="weights">Shape and tensors, the shape already validated; copied.</param>
    /// <param name="pooling">Which tokens, already validated.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="CheckpointMismatchException">A tensor is missing or has another shape.</exception>
    public FrozenEncoder(EncoderWeights weights, TokenPooling pooling, Device device)
    {
        _encoder = new LoadedEncoder(weights, device);
        var architecture = _encoder.Architecture;
        (_pooling, Width, _imageLength) = (pooling, pooling.WidthOf(architecture), architecture.Grid.Count * architecture.PatchLength);
        int blocksLeft = PooledTokens.BlocksLeft(pooling);
        _parallel = device.type == DeviceType.CPU && ParallelEncoder.Suits(architecture, blocksLeft)
            ? new ParallelEncoder(_encoder.Model, _encoder.Parameters, _encoder.Assembler, blocksLeft, TorchRuntime.Threads)
            : null;
    }

    /// <summary>Numbers in a feature vector F.</summary>
    public int Width { get; }

    /// <summary>The features of a batch on the CPU, <c>[B, F]</c>, in the caller's scope.</summary>
    public Tensor Encode(ImageBatch batch)
    {
        if (_parallel is not null)
        {
            var features = new float[batch.Count * Width];
            _parallel.Run(batch.Count, batch.Patches.AsMemory(0, batch.Count * _imageLength), (x, conditions) => PooledTokens.Of(_encoder.Model, _pooling, x, conditions), features);
            return TensorMemory.From<float>(features, ScalarType.Float32, CPU, batch.Count, Width);
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (patches, tokens) = _encoder.Assembler.Assemble(batch.Count, batch.Patches);
        return PooledTokens.Of(_encoder.Model, _pooling, patches, tokens, batch.Count).cpu().MoveToOuterDisposeScope();
    }

    /// <summary>The features of all images as evaluation sees them.</summary>
    /// <param name="loader">The images.</param>
    /// <param name="count">Their number.</param>
    /// <param name="cancellationToken">Ends the pass between two batches.</param>
    /// <param name="seen">Takes in what the encoder sees; null if nobody asks.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public FeatureMatrix EncodeAll(EvaluationLoader loader, int count, CancellationToken cancellationToken, IncrementalHash? seen = null)
    {
        var features = new float[checked(count * Width)];
        int done = 0;
        foreach (var loaded in loader.All(cancellationToken))
        {
            using var batch = loaded;
            using var scope = NewDisposeScope();
            Note(batch, seen);
            TensorMemory.ToSingles(Encode(batch)).CopyTo(features.AsSpan(done * Width));
            done += batch.Count;
        }

        return new FeatureMatrix(Width, features);
    }

    /// <summary>Takes in what the encoder would see of a batch.</summary>
    public void Note(ImageBatch batch, IncrementalHash? seen) => seen?.AppendData(batch.Patches.AsSpan(0, batch.Count * _imageLength));

    public void Dispose()
    {
        _parallel?.Dispose();
        _encoder.Dispose();
    }
}
