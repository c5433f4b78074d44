using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>What an encoder in training makes of whole images, as it is: nothing masked, nothing learnt.</summary>
/// <param name="encoder">The encoder.</param>
/// <param name="assembler">Makes tensors of bytes.</param>
/// <param name="computeType">What the encoder's products are computed in.</param>
/// <param name="options">The run's options.</param>
internal sealed class WholeImagePasses(VisionTransformer encoder, WholeImageAssembler assembler, ScalarType computeType, PretrainerOptions options)
{
    /// <summary>Makes the attention map of every image.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public AttentionMapTable MakeMaps(IImageSource images, CancellationToken cancellationToken)
    {
        var grid = options.Architecture.Grid;
        var table = new AttentionMapTable(images.Count, grid);
        foreach (var loaded in LoaderOf(images).All(cancellationToken))
        {
            using var batch = loaded;
            float[] maps = MapsOf(batch);
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
        foreach (var loaded in LoaderOf(images).All(cancellationToken))
        {
            using var batch = loaded;
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var (pixels, tokens) = assembler.Assemble(batch.Count, batch.Patches);
            var pooled = PooledTokens.Of(encoder, pooling, pixels.to(computeType), tokens, batch.Count);
            TensorMemory.ToSingles(pooled).CopyTo(features.AsSpan(done * width));
            done += batch.Count;
        }

        return new FeatureMatrix(width, features);
    }

    private WholeImageLoader LoaderOf(IImageSource images) => new(images, options.Architecture, new BatchLoaderOptions { BatchSize = options.BatchSize, Threads = options.LoaderThreads });

    private float[] MapsOf(ImageBatch batch)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (pixels, tokens) = assembler.Assemble(batch.Count, batch.Patches);
        return AttentionMaps.Of(encoder.ClassAttention(pixels.to(computeType), tokens, batch.Count), options.HeadNormalization);
    }
}
