using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Batches;

/// <summary>Makes one image of a pre-training batch: crop, flip, resize, patches, mask. One a thread.</summary>
internal sealed class CropFiller
{
    private readonly IImageSource _source;
    private readonly IMaskingStrategy _masking;
    private readonly CroppedMaps? _maskingMaps;
    private readonly CroppedMaps? _guidanceMaps;
    private readonly CroppedMaps? _objects;
    private readonly LossWeighting? _weighting;
    private readonly TrainingProgress _progress;
    private readonly ulong _seed;
    private readonly VisionTransformerOptions _architecture;
    private readonly RandomResizedCrop _crop;
    private readonly PilResampler _resampler;
    private readonly PlanCheck _check;
    private readonly ImageBuffer _image = new();
    private readonly RandomStream _random = new(0, default, 0, 0);
    private readonly byte[] _pixels;
    private readonly int[] _visible;
    private readonly int[] _masked;

    public CropFiller(
        IImageSource source,
        VisionTransformerOptions architecture,
        IMaskingStrategy masking,
        MaskCounts counts,
        SampleMaps maps,
        LossWeighting? weighting,
        TrainingProgress progress,
        BatchLoaderOptions options)
    {
        (_source, _architecture, _masking, _weighting, _progress, _seed) = (source, architecture, masking, weighting, progress, options.Seed);
        _crop = new RandomResizedCrop(options.Crop);
        _resampler = new PilResampler(options.Crop.Filter);
        _check = new PlanCheck(masking, architecture.Grid.Count);
        _pixels = new byte[architecture.Grid.Count * architecture.PatchLength];
        _maskingMaps = maps.Masking is { } weights ? new CroppedMaps(weights, masking.MapCrop, MapNormalization.None, architecture) : null;
        _guidanceMaps = maps.Guidance is { } guidance ? new CroppedMaps(guidance, MapCrop.AreaMean, options.Guidance!.Normalization, architecture) : null;
        _objects = maps.Objects is { } objects ? new CroppedMaps(objects, MapCrop.AreaMean, MapNormalization.None, architecture) : null;
        _visible = new int[counts.Visible];
        _masked = new int[counts.Masked];
    }

    public void Fill(PretrainingBatch batch, int place)
    {
        int sample = batch.Samples[place];
        using PixelView image = ImageLoading.Load(_source, sample, _architecture.Channels, _image);
        (CropBox box, bool flip) = _crop.Draw(image.Height, image.Width, _random.Open(_seed, RandomPurpose.Crop, _progress.Epoch, sample));
        _resampler.Resize(image, box, _architecture.ImageHeight, _architecture.ImageWidth, flip, _pixels);
        PatchLayout.ToPatches(_pixels, _architecture.Grid, _architecture.PatchSize, _architecture.Channels, false, batch.Patches.AsSpan(place * _pixels.Length, _pixels.Length));
        (batch.Boxes[place], batch.Flips[place]) = (box, flip);
        ReadOnlySpan<float> weights = _maskingMaps is null ? [] : _maskingMaps.Of(sample, image, box, flip);
        Plan(batch, place, weights, _random.Open(_seed, RandomPurpose.Mask, _progress.Epoch, sample));
        if (_guidanceMaps is not null)
        {
            _guidanceMaps.Of(sample, image, box, flip).CopyTo(batch.Guidance.AsSpan(place * _architecture.Grid.Count));
            _weighting!.Fill(batch, place);
        }

        _objects?.Of(sample, image, box, flip).CopyTo(batch.Objects.AsSpan(place * _architecture.Grid.Count));
    }

    private void Plan(PretrainingBatch batch, int place, ReadOnlySpan<float> weights, RandomStream random)
    {
        Array.Fill(_visible, PlanCheck.Unset);
        Array.Fill(_masked, PlanCheck.Unset);
        int count = _masking.Plan(new SampleContext(_architecture.Grid, _progress, random) { PatchWeights = weights }, _visible, _masked);
        _check.Plan(_visible, _masked, count);
        batch.MaskedCounts[place] = count;
        Widen(_visible, batch.Visible.AsSpan(place * _visible.Length));
        Widen(_masked, batch.Masked.AsSpan(place * _masked.Length));
    }

    private static void Widen(ReadOnlySpan<int> patches, Span<long> target)
    {
        for (int number = 0; number < patches.Length; number++)
        {
            target[number] = patches[number];
        }
    }
}
