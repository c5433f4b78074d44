using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>What an encoder in training makes of whole images, as it is: nothing masked, nothing learnt.</summary>
/// <param name="encoder">The encoder.</param>
/// <param name="parameters">The encoder's.</param>
/// <param name="assembler">Makes tensors of bytes.</param>
/// <param name="usesKernels">Whether to share the images out over cores where the encoder's blocks allow it.</param>
/// <param name="options">The run's options.</param>
internal sealed class WholeImagePasses(VisionTransformer encoder, ParameterArena parameters, WholeImageAssembler assembler, bool usesKernels, PretrainerOptions options)
{
    /// <summary>Makes the attention map of every image.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public AttentionMapTable MakeMaps(IImageSource images, CancellationToken cancellationToken)
    {
        var grid = options.Architecture.Grid;
        var table = new AttentionMapTable(images.Count, grid);
        using var parallel = ParallelWithout(ParallelEncoder.LeftForAttention);
        foreach (var loaded in LoaderOf(images).All(cancellationToken))
        {
            using var batch = loaded;
            float[] maps = parallel is null ? MapsOf(batch) : MapsOf(batch, parallel);
            for (int place = 0; place < batch.Count; place++)
            {
                table.Set(batch.Samples[place], maps.AsSpan(place * grid.Count, grid.Count));
            }
        }

        return table;
    }

    /// <summary>Makes the feature vector of every image.</summary>
    /// <param name="images">The images, at least one.</param>
    /// <param name="pooling">Which tokens.</param>
    /// <param name="cancellationToken">Ends the pass between two batches.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public FeatureMatrix FeaturesOf(IImageSource images, TokenPooling pooling, CancellationToken cancellationToken)
    {
        int width = pooling.WidthOf(options.Architecture);
        var features = new float[checked(images.Count * width)];
        int done = 0;
        using var parallel = ParallelWithout(PooledTokens.BlocksLeft(pooling));
        foreach (var loaded in LoaderOf(images).All(cancellationToken))
        {
            using var batch = loaded;
            var target = features.AsMemory(done * width, batch.Count * width);
            if (parallel is null)
            {
                Pool(batch, pooling).CopyTo(target);
            }
            else
            {
                parallel.Run(batch.Count, PixelsOf(batch), (x, conditions) => PooledTokens.Of(encoder, pooling, x, conditions), target);
            }

            done += batch.Count;
        }

        return new FeatureMatrix(width, features);
    }

    private WholeImageLoader LoaderOf(IImageSource images) => new(images, options.Architecture, new BatchLoaderOptions { BatchSize = options.BatchSize, Threads = options.LoaderThreads });

    private ParallelEncoder? ParallelWithout(int blocksLeft) => usesKernels && ParallelEncoder.Suits(options.Architecture, blocksLeft)
        ? new ParallelEncoder(encoder, parameters, assembler, blocksLeft, TorchRuntime.Threads)
        : null;

    private ReadOnlyMemory<byte> PixelsOf(ImageBatch batch) => batch.Patches.AsMemory(0, batch.Count * options.Architecture.Grid.Count * options.Architecture.PatchLength);

    private float[] Pool(ImageBatch batch, TokenPooling pooling)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (pixels, tokens) = assembler.Assemble(batch.Count, batch.Patches);
        return TensorMemory.ToSingles(PooledTokens.Of(encoder, pooling, pixels.to(parameters.ComputeValues.dtype), tokens, batch.Count));
    }

    private float[] MapsOf(ImageBatch batch, ParallelEncoder parallel) =>
        AttentionMaps.Of(parallel.ClassAttention(batch.Count, PixelsOf(batch)), batch.Count, options.Architecture.Heads, options.HeadNormalization);

    private float[] MapsOf(ImageBatch batch)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (pixels, tokens) = assembler.Assemble(batch.Count, batch.Patches);
        return AttentionMaps.Of(encoder.ClassAttention(pixels.to(parameters.ComputeValues.dtype), tokens, batch.Count), options.HeadNormalization);
    }
}
