using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Batches;

/// <summary>Makes one image of a labelled training batch: crop, flip, resize, RandAugment, patches, box to erase. One a thread.</summary>
internal sealed class AugmentingFiller
{
    private readonly LabeledImages _images;
    private readonly VisionTransformerOptions _architecture;
    private readonly ulong _seed;
    private readonly int _epoch;
    private readonly RandomResizedCrop? _crop;
    private readonly RandAugment? _randAugment;
    private readonly RandomErasing? _erasing;
    private readonly PilResampler _resampler;
    private readonly ImageBuffer _image = new();
    private readonly RandomStream _random = new(0, default, 0, 0);
    private readonly byte[] _pixels;

    public AugmentingFiller(LabeledImages images, VisionTransformerOptions architecture, LabeledBatchLoaderOptions options, int epoch)
    {
        AugmentationOptions augmentation = options.Augmentation;
        (_images, _architecture, _seed, _epoch) = (images, architecture, options.Seed, epoch);
        _crop = augmentation.Crop is null ? null : new RandomResizedCrop(augmentation.Crop);
        _randAugment = augmentation.RandAugment is null ? null : new RandAugment(Mean(architecture.PixelMean), augmentation.RandAugment);
        _erasing = augmentation.Erasing is null ? null : new RandomErasing(augmentation.Erasing);
        _resampler = new PilResampler(augmentation.Crop?.Filter ?? ResampleFilter.Bilinear);
        _pixels = new byte[architecture.Grid.Count * architecture.PatchLength];
    }

    public void Fill(LabeledBatch batch, int place)
    {
        int sample = batch.Samples[place];
        using PixelView image = ImageLoading.Load(_images.Source, sample, _architecture.Channels, _image);
        (CropBox box, bool flip) = _crop?.Draw(image.Height, image.Width, Stream(RandomPurpose.Crop, sample)) ?? (new CropBox(0, 0, image.Height, image.Width), false);
        _resampler.Resize(image, box, _architecture.ImageHeight, _architecture.ImageWidth, flip, _pixels);
        if (_randAugment is not null)
        {
            _randAugment.Apply(_pixels, _architecture.ImageHeight, _architecture.ImageWidth, Stream(RandomPurpose.RandAugment, sample));
        }

        PatchLayout.ToPatches(_pixels, _architecture.Grid, _architecture.PatchSize, _architecture.Channels, false, batch.Patches.AsSpan(place * _pixels.Length, _pixels.Length));
        batch.ErasedBoxes[place] = _erasing?.Draw(_architecture.ImageHeight, _architecture.ImageWidth, Stream(RandomPurpose.Erasing, sample));
        batch.Labels[place] = _images.LabelOf(sample);
    }

    private static (byte R, byte G, byte B) Mean(float[] means)
    {
        byte Byte(int channel) => (byte)Math.Clamp(Math.Round(255.0 * means[means.Length == 1 ? 0 : channel]), 0, 255);
        return (Byte(0), Byte(1), Byte(2));
    }

    private RandomStream Stream(RandomPurpose purpose, int sample) => _random.Open(_seed, purpose, _epoch, sample);
}
