using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Batches;

/// <summary>Goes through all labelled images in order, each seen as in evaluation: its centre, or the whole image. The last batch may be smaller.</summary>
public sealed class EvaluationLoader
{
    private readonly LabeledImages _images;
    private readonly VisionTransformerOptions _architecture;
    private readonly LabeledBatchLoaderOptions _options;
    private readonly CentreCropOptions? _view;
    private readonly BatchPool<LabeledBatch> _pool = new();

    /// <summary>Creates a loader.</summary>
    /// <param name="source">The images.</param>
    /// <param name="labels">Class number from 0 of each image; copied.</param>
    /// <param name="architecture">Image size, patch size and channels of the encoder; copied.</param>
    /// <param name="view">How much of an image is seen; copied. Null: all of it, resized whatever its aspect ratio (bilinear, antialiased), as features are made.</param>
    /// <param name="options">Batch size, threads and look-ahead; seed and augmentation play no part. Copied.</param>
    /// <exception cref="ArgumentException">The source is empty, or there are not as many labels, or a label is below 0.</exception>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges.</exception>
    public EvaluationLoader(IImageSource source, ReadOnlySpan<int> labels, VisionTransformerOptions architecture, CentreCropOptions? view, LabeledBatchLoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(options);
        (_architecture, _view, _options) = (architecture.Clone(), view?.Clone(), options.Clone());
        var errors = new OptionErrors();
        _architecture.Validate(errors);
        _options.Validate(errors);
        _view?.Validate(errors);
        errors.ThrowIfAny(nameof(EvaluationLoader));
        _images = new LabeledImages(source, labels);
    }

    /// <summary>Number of batches.</summary>
    public int Batches => (_images.Count + _options.BatchSize - 1) / _options.BatchSize;

    /// <summary>The batches, in order. Dispose each when its data has been taken.</summary>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ImageFormatException">While enumerating: an image cannot be read.</exception>
    public IEnumerable<LabeledBatch> All(CancellationToken cancellationToken = default) =>
        BatchPipeline<LabeledBatch>.Enumerate(
            () => new BatchPipeline<LabeledBatch>(Batches, Open, CreateFiller, _options.ThreadsToUse, _options.LookAhead),
            cancellationToken);

    private LabeledBatch Open(int number)
    {
        int capacity = Math.Min(_options.BatchSize, _images.Count);
        LabeledBatch batch = _pool.Rent(_ => true, () => new LabeledBatch(capacity, _architecture.Grid.Count * _architecture.PatchLength));
        int first = number * _options.BatchSize;
        batch.Open(number, [.. Enumerable.Range(first, Math.Min(_options.BatchSize, _images.Count - first))], _pool.GiveBack);
        return batch;
    }

    private Action<LabeledBatch, int> CreateFiller()
    {
        var centre = _view is null ? null : new CentreCrop(_view);
        var resampler = new PilResampler(ResampleFilter.Bilinear);
        var buffer = new ImageBuffer();
        byte[] pixels = new byte[_architecture.Grid.Count * _architecture.PatchLength];
        return (batch, place) =>
        {
            int sample = batch.Samples[place];
            using PixelView image = ImageLoading.Load(_images.Source, sample, _architecture.Channels, buffer);
            if (centre is null)
            {
                resampler.Resize(image, new CropBox(0, 0, image.Height, image.Width), _architecture.ImageHeight, _architecture.ImageWidth, false, pixels);
            }
            else
            {
                centre.Apply(image, _architecture.ImageHeight, _architecture.ImageWidth, pixels);
            }

            PatchLayout.ToPatches(pixels, _architecture.Grid, _architecture.PatchSize, _architecture.Channels, false, batch.Patches.AsSpan(place * pixels.Length, pixels.Length));
            batch.Labels[place] = _images.LabelOf(sample);
        };
    }
}
