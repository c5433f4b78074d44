using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Batches;

/// <summary>
/// Makes the batches of fine-tuning and probing: shuffled images with their classes, augmented, resized and cut into patches. Every draw depends on seed, epoch and image number
/// alone, so that thread count, look-ahead and a restart change nothing. Memory is bounded by batch size and look-ahead.
/// </summary>
public sealed class LabeledBatchLoader
{
    private readonly LabeledImages _images;
    private readonly VisionTransformerOptions _architecture;
    private readonly LabeledBatchLoaderOptions _options;
    private readonly BatchPool<LabeledBatch> _pool = new();

    /// <summary>Creates a loader.</summary>
    /// <param name="source">The images.</param>
    /// <param name="labels">Class number from 0 of each image; copied.</param>
    /// <param name="architecture">Image size, patch size and channels of the encoder; copied.</param>
    /// <param name="options">Batch size, seed, augmentation, threads; copied.</param>
    /// <exception cref="ArgumentException">The source is empty, or there are not as many labels, or a label is below 0.</exception>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges.</exception>
    public LabeledBatchLoader(IImageSource source, ReadOnlySpan<int> labels, VisionTransformerOptions architecture, LabeledBatchLoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(options);
        (_architecture, _options) = (architecture.Clone(), options.Clone());
        var errors = new OptionErrors();
        _architecture.Validate(errors);
        _options.Validate(errors);
        _options.Augmentation.ValidateFor(_architecture.Channels, errors);
        errors.ThrowIfAny(nameof(LabeledBatchLoader));
        _images = new LabeledImages(source, labels);
        BatchSize = Math.Min(_options.BatchSize, _images.Count);
    }

    /// <summary>Images in each batch but perhaps the last: the batch size asked for, or all images if there are fewer.</summary>
    public int BatchSize { get; }

    /// <summary>Batches in an epoch.</summary>
    public int BatchesPerEpoch => _options.DropLast ? _images.Count / BatchSize : (_images.Count + BatchSize - 1) / BatchSize;

    /// <summary>The batches of an epoch, in order. Dispose each when its data has been taken.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="skip">Batches at the epoch's beginning to leave out, to go on in the middle of it; 0 to <see cref="BatchesPerEpoch"/>.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ImageFormatException">While enumerating: an image cannot be read.</exception>
    public IEnumerable<LabeledBatch> Epoch(int epoch, int skip = 0, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(skip, BatchesPerEpoch);
        int[] order = [.. Enumerable.Range(0, _images.Count)];
        new RandomStream(_options.Seed, RandomPurpose.Order, epoch, 0).Shuffle(order.AsSpan());
        return BatchPipeline<LabeledBatch>.Enumerate(
            () => new BatchPipeline<LabeledBatch>(
                BatchesPerEpoch - skip,
                number => Open(skip + number, order, epoch),
                () => new AugmentingFiller(_images, _architecture, _options, epoch).Fill,
                _options.ThreadsToUse,
                _options.LookAhead),
            cancellationToken);
    }

    private LabeledBatch Open(int number, int[] order, int epoch)
    {
        LabeledBatch batch = _pool.Rent(_ => true, () => new LabeledBatch(BatchSize, _architecture.Grid.Count * _architecture.PatchLength));
        int first = number * BatchSize;
        batch.Open(number, order.AsSpan(first, Math.Min(BatchSize, order.Length - first)), _pool.GiveBack);
        batch.Epoch = epoch;
        return batch;
    }
}
