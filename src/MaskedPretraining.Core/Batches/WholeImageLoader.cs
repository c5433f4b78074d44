using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Batches;

/// <summary>
/// Goes through all images in order, each resized as a whole to the network's size whatever its aspect ratio (bilinear, antialiased), without crop or flip:
/// for attention maps (AMT, as released) and features. The last batch may be smaller.
/// </summary>
public sealed class WholeImageLoader
{
    private readonly IImageSource _source;
    private readonly VisionTransformerOptions _architecture;
    private readonly BatchLoaderOptions _options;
    private readonly BatchPool<ImageBatch> _pool = new();

    /// <summary>Creates a loader.</summary>
    /// <param name="source">The images; may be empty.</param>
    /// <param name="architecture">Image size, patch size and channels of the encoder; copied.</param>
    /// <param name="options">Batch size, threads and look-ahead; seed and crop play no part. Copied.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges.</exception>
    public WholeImageLoader(IImageSource source, VisionTransformerOptions architecture, BatchLoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(options);
        (_source, _architecture, _options) = (source, architecture.Clone(), options.Clone());
        var errors = new OptionErrors();
        _architecture.Validate(errors);
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(WholeImageLoader));
    }

    /// <summary>Number of batches.</summary>
    public int Batches => (_source.Count + _options.BatchSize - 1) / _options.BatchSize;

    /// <summary>The batches, in order. Dispose each when its data has been taken.</summary>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ImageFormatException">While enumerating: an image cannot be read.</exception>
    public IEnumerable<ImageBatch> All(CancellationToken cancellationToken = default) =>
        BatchPipeline<ImageBatch>.Enumerate(
            () => new BatchPipeline<ImageBatch>(Batches, Open, CreateFiller, _options.ThreadsToUse, _options.LookAhead),
            cancellationToken);

    private ImageBatch Open(int number)
    {
        int capacity = Math.Min(_options.BatchSize, _source.Count);
        ImageBatch batch = _pool.Rent(_ => true, () => new ImageBatch(capacity, _architecture.Grid.Count * _architecture.PatchLength));
        int first = number * _options.BatchSize;
        batch.Open(number, [.. Enumerable.Range(first, Math.Min(_options.BatchSize, _source.Count - first))], _pool.GiveBack);
        return batch;
    }

    private Action<ImageBatch, int> CreateFiller()
    {
        var resampler = new PilResampler(ResampleFilter.Bilinear);
        var buffer = new ImageBuffer();
        byte[] pixels = new byte[_architecture.Grid.Count * _architecture.PatchLength];
        return (batch, place) =>
        {
            using PixelView image = ImageLoading.Load(_source, batch.Samples[place], _architecture.Channels, buffer);
            resampler.Resize(image, new CropBox(0, 0, image.Height, image.Width), _architecture.ImageHeight, _architecture.ImageWidth, false, pixels);
            PatchLayout.ToPatches(pixels, _architecture.Grid, _architecture.PatchSize, _architecture.Channels, false, batch.Patches.AsSpan(place * pixels.Length, pixels.Length));
        };
    }
}
