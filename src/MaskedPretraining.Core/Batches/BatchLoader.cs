using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Batches;

/// <summary>
/// Makes the batches of pre-training: shuffled images, each cropped, flipped, resized, cut into patches and masked. Every draw depends on seed, epoch and image
/// number alone, so that thread count, look-ahead and a restart change nothing. Memory is bounded by batch size and look-ahead.
/// </summary>
public sealed class BatchLoader
{
    private readonly IImageSource _source;
    private readonly VisionTransformerOptions _architecture;
    private readonly IMaskingStrategy _masking;
    private readonly BatchLoaderOptions _options;
    private readonly BatchPool<PretrainingBatch> _pool = new();

    /// <summary>Creates a loader.</summary>
    /// <param name="source">The images.</param>
    /// <param name="architecture">Image size, patch size and channels of the encoder; copied.</param>
    /// <param name="masking">Plans visible and masked patches.</param>
    /// <param name="options">Batch size, seed, crops, threads; copied.</param>
    /// <exception cref="ArgumentException">The source is empty.</exception>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges.</exception>
    public BatchLoader(IImageSource source, VisionTransformerOptions architecture, IMaskingStrategy masking, BatchLoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(masking);
        ArgumentNullException.ThrowIfNull(options);
        (_source, _architecture, _masking, _options) = (source, architecture.Clone(), masking, options.Clone());
        var errors = new OptionErrors();
        _architecture.Validate(errors);
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(BatchLoader));
        if (source.Count < 1)
        {
            throw new ArgumentException("There are no images to train on: the image source is empty.", nameof(source));
        }

        BatchSize = Math.Min(_options.BatchSize, source.Count);
    }

    /// <summary>Images in each batch: the batch size asked for, or all images if there are fewer.</summary>
    public int BatchSize { get; }

    /// <summary>Batches in an epoch. The images left over at its end sit out, as in MAE; the shuffle makes it others each time.</summary>
    public int BatchesPerEpoch => _source.Count / BatchSize;

    /// <summary>The batches of an epoch, in order. Dispose each when its data has been taken.</summary>
    /// <param name="progress">The epoch.</param>
    /// <param name="maps">Attention maps, for strategies and for loss guidance that need them; null if there are none.</param>
    /// <param name="skip">Batches at the epoch's beginning to leave out, to go on in the middle of it; 0 to <see cref="BatchesPerEpoch"/>.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidOperationException">The strategy's counts are impossible, or attention maps are needed and there are none. While enumerating: its plan is wrong.</exception>
    /// <exception cref="ArgumentException">The maps do not belong to the image source.</exception>
    /// <exception cref="ImageFormatException">While enumerating: an image cannot be read.</exception>
    public IEnumerable<PretrainingBatch> Epoch(TrainingProgress progress, SampleMaps? maps = null, int skip = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(skip, BatchesPerEpoch);
        MaskCounts counts = _masking.CountsAt(_architecture.Grid, progress);
        PlanCheck.Counts(_masking, _architecture.Grid, counts);
        var guidance = _options.Guidance;
        maps = new SampleMaps(
            Checked(maps?.Masking, _masking.NeedsPatchWeights(progress), _masking.GetType().Name, progress),
            Checked(maps?.Guidance, guidance is not null, "Guidance of the loss", progress),
            Checked(maps?.Objects, maps?.Objects is not null, "The overlap with objects", progress));
        var weighting = guidance is null ? null : new LossWeighting(guidance, progress, BatchesPerEpoch);
        int[] order = [.. Enumerable.Range(0, _source.Count)];
        new RandomStream(_options.Seed, RandomPurpose.Order, progress.Epoch, 0).Shuffle(order.AsSpan());
        var batches = BatchPipeline<PretrainingBatch>.Enumerate(
            () => new BatchPipeline<PretrainingBatch>(
                BatchesPerEpoch - skip,
                number => Open(skip + number, order, counts, maps.Objects is not null, weighting),
                () => new CropFiller(_source, _architecture, _masking, counts, maps, weighting, progress, _options).Fill,
                _options.ThreadsToUse,
                _options.LookAhead),
            cancellationToken);
        return weighting is null ? batches : Scaled(batches, weighting);
    }

    // The scale is known when every image of a batch is.
    private static IEnumerable<PretrainingBatch> Scaled(IEnumerable<PretrainingBatch> batches, LossWeighting weighting)
    {
        foreach (var batch in batches)
        {
            weighting.Scale(batch);
            yield return batch;
        }
    }

    private IAttentionMaps? Checked(IAttentionMaps? maps, bool areNeeded, string owner, TrainingProgress progress)
    {
        if (!areNeeded)
        {
            return null;
        }

        if (maps is null)
        {
            throw new InvalidOperationException($"{owner} needs attention maps in epoch {progress.Epoch}, but there are none.");
        }

        return maps.Count == _source.Count
            ? maps
            : throw new ArgumentException($"There are {maps.Count} attention maps for {_source.Count} images; there must be one an image.", nameof(maps));
    }

    private PretrainingBatch Open(int number, int[] order, MaskCounts counts, bool hasObjects, LossWeighting? weighting)
    {
        int patches = _architecture.Grid.Count;
        PretrainingBatch batch = _pool.Rent(
            free => free.Counts == counts && free.Objects.Length > 0 == hasObjects,
            () => new PretrainingBatch(BatchSize, patches * _architecture.PatchLength, counts, weighting is null ? 0 : patches, hasObjects ? patches : 0));
        batch.Open(number, order.AsSpan(number * BatchSize, BatchSize), weighting, _pool.GiveBack);
        return batch;
    }
}
