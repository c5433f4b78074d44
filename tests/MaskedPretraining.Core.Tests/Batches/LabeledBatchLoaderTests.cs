using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Tests.Imaging;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Tests.Batches;

[TestClass]
public sealed class LabeledBatchLoaderTests
{
    private const ulong Seed = 11;
    private static readonly VisionTransformerOptions Architecture = new() { ImageHeight = 12, ImageWidth = 16, PatchSize = 4 };

    [TestMethod]
    public void Epoch_EachImage_EqualsItsOwnCropChangesLabelAndErasedBox()
    {
        var source = MemoryImageSource.Noise(10);
        var augmentation = new AugmentationOptions { Crop = new CropOptions { MinScale = 0.08 }, RandAugment = new RandAugmentOptions { Probability = 1 }, Erasing = new RandomErasingOptions { Probability = 0.5 } };
        var randAugment = new RandAugment((124, 116, 104), augmentation.RandAugment);
        byte[] expected = new byte[12 * 16 * 3];
        int erased = 0;
        foreach (LabeledBatch batch in Loader(source, 3, augmentation).Epoch(2))
        {
            using (batch)
            {
                for (int place = 0; place < batch.Count; place++)
                {
                    int sample = batch.Samples[place];
                    RgbImage image = source.Load(sample);
                    (CropBox box, bool flip) = new RandomResizedCrop(augmentation.Crop).Draw(image.Height, image.Width, new RandomStream(Seed, RandomPurpose.Crop, 2, sample));
                    byte[] pixels = new PilResampler(ResampleFilter.Bicubic).Resize(image, box, 12, 16).Pixels;
                    pixels = flip ? [.. pixels.Chunk(16 * 3).SelectMany(row => row.Chunk(3).Reverse().SelectMany(pixel => pixel))] : pixels;
                    randAugment.Apply(pixels, 12, 16, new RandomStream(Seed, RandomPurpose.RandAugment, 2, sample));
                    PatchLayout.ToPatches<byte>(pixels, Architecture.Grid, 4, 3, false, expected);
                    CropBox? hole = new RandomErasing(augmentation.Erasing).Draw(12, 16, new RandomStream(Seed, RandomPurpose.Erasing, 2, sample));

                    Assert.AreSequenceEqual(expected, batch.Patches.AsSpan(place * expected.Length, expected.Length).ToArray());
                    Assert.AreEqual(hole, batch.ErasedBoxes[place]);
                    Assert.AreEqual(LabelOf(sample), batch.Labels[place]);
                    Assert.AreEqual(2, batch.Epoch);
                    erased += hole is null ? 0 : 1;
                }
            }
        }

        Assert.IsInRange(1, 8, erased);
    }

    [TestMethod]
    public void Epoch_NoAugmentation_GivesWholeImagesAsFeaturesSeeThem()
    {
        var source = MemoryImageSource.Noise(5);
        var whole = new Dictionary<int, string>();
        foreach (ImageBatch batch in new WholeImageLoader(source, Architecture, new BatchLoaderOptions { BatchSize = 1 }).All())
        {
            whole.Add(batch.Samples[0], Convert.ToHexString(batch.Patches));
            batch.Dispose();
        }

        foreach (LabeledBatch batch in Loader(source, 1).Epoch(0))
        {
            Assert.AreEqual(whole[batch.Samples[0]], Convert.ToHexString(batch.Patches));
            Assert.IsNull(batch.ErasedBoxes[0]);
            batch.Dispose();
        }
    }

    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(4, 7)]
    public void Epoch_MoreThreadsOrLookAhead_ChangesNothing(int threads, int lookAhead)
    {
        var source = MemoryImageSource.Noise(23);

        Assert.AreSequenceEqual(
            Digest(Loader(source, 4, AugmentationOptions.FineTune(), 1, 1).Epoch(1)),
            Digest(Loader(source, 4, AugmentationOptions.FineTune(), threads, lookAhead).Epoch(1)));
    }

    [TestMethod]
    public void Epoch_LastBatchKept_UsesEveryImageOnce()
    {
        var loader = Loader(MemoryImageSource.Noise(23), 4, dropLast: false);

        int[] samples = Samples(loader.Epoch(0));

        Assert.AreEqual(6, loader.BatchesPerEpoch);
        Assert.AreSequenceEqual([.. Enumerable.Range(0, 23)], samples.Order().ToArray());
        Assert.IsFalse(samples.SequenceEqual(Samples(loader.Epoch(1))));
    }

    [TestMethod]
    public void Epoch_LastBatchDropped_GivesOnlyFullBatches()
    {
        var loader = Loader(MemoryImageSource.Noise(23), 4);

        Assert.AreEqual(5, loader.BatchesPerEpoch);
        Assert.HasCount(20, Samples(loader.Epoch(0)).Distinct());
    }

    [TestMethod]
    public void Epoch_FewerImagesThanABatch_GivesOneSmallerBatch()
    {
        var loader = Loader(MemoryImageSource.Noise(3), 128);

        Assert.AreEqual(3, loader.BatchSize);
        Assert.HasCount(3, Samples(loader.Epoch(0)));
    }

    [TestMethod]
    public void Epoch_BatchesDisposed_UsesFewBuffersAgain()
    {
        var loader = Loader(MemoryImageSource.Noise(40), 2);
        var buffers = new HashSet<byte[]>(ReferenceEqualityComparer.Instance);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            foreach (LabeledBatch batch in loader.Epoch(epoch))
            {
                buffers.Add(batch.Patches);
                batch.Dispose();
            }
        }

        // The look-ahead and the one in use.
        Assert.IsLessThanOrEqualTo(3, buffers.Count);
    }

    [TestMethod]
    public void Epoch_Cancelled_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        using var batches = Loader(MemoryImageSource.Noise(100), 2).Epoch(0, cancellationToken: cancellation.Token).GetEnumerator();
        Assert.IsTrue(batches.MoveNext());

        cancellation.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => batches.MoveNext());
    }

    [TestMethod]
    public void Constructor_BadInput_SaysWhat()
    {
        var source = MemoryImageSource.Noise(2);

        Assert.Contains("no labelled images", Assert.ThrowsExactly<ArgumentException>(() => New(new MemoryImageSource(), [])).Message);
        Assert.Contains("There are 1 labels for 2 images", Assert.ThrowsExactly<ArgumentException>(() => New(source, [0])).Message);
        Assert.Contains("Label -1 of memory-1 must be a class number from 0", Assert.ThrowsExactly<ArgumentException>(() => New(source, [0, -1])).Message);
    }

    [TestMethod]
    public void Constructor_RandAugmentOfGreyImages_SaysWhatToDo()
    {
        var grey = new VisionTransformerOptions { Channels = 1, PixelMean = [0.5f], PixelStandardDeviation = [0.5f] };

        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => new LabeledBatchLoader(MemoryImageSource.Noise(1), [0], grey, new LabeledBatchLoaderOptions { Augmentation = AugmentationOptions.FineTune() }));

        Assert.Contains("RandAugment must be null for images of 1 channels", error.Message);
    }

    [TestMethod]
    public void Epoch_FlipWithoutRandAugment_EqualsFlipWithOneThatDoesNothing()
    {
        var source = MemoryImageSource.Noise(9);
        AugmentationOptions idle = AugmentationOptions.LinearProbe(), plain = AugmentationOptions.LinearProbe();
        idle.RandAugment = new RandAugmentOptions { Probability = 0 };

        Assert.AreSequenceEqual(Digest(Loader(source, 3, plain).Epoch(0)), Digest(Loader(source, 3, idle).Epoch(0)));
    }

    [TestMethod]
    public void Constructor_BadOptions_NamesAllOfThem()
    {
        var options = new LabeledBatchLoaderOptions
        {
            BatchSize = 0,
            Augmentation = new AugmentationOptions
            {
                Crop = new CropOptions { MinScale = 0 },
                Erasing = new RandomErasingOptions { Probability = 2, MaxArea = double.NaN },
                Mixing = new MixingOptions { MixupAlpha = 0, CutMixAlpha = 0, Probability = -1 },
            },
        };

        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => new LabeledBatchLoader(MemoryImageSource.Noise(1), [0], Architecture, options));

        foreach (string name in new[] { "BatchSize", "MinScale", "Erasing.Probability", "Erasing.MinArea", "Erasing.MaxArea", "MixupAlpha", "Mixing.Probability" })
        {
            Assert.Contains($"{name} must", error.Message);
        }
    }

    private static LabeledBatchLoader New(MemoryImageSource source, int[] labels) => new(source, labels, Architecture, new LabeledBatchLoaderOptions());

    private static LabeledBatchLoader Loader(MemoryImageSource source, int batchSize, AugmentationOptions? augmentation = null, int threads = 2, int lookAhead = 2, bool dropLast = true) =>
        new(source, [.. Enumerable.Range(0, source.Count).Select(LabelOf)], Architecture, new LabeledBatchLoaderOptions
        {
            BatchSize = batchSize,
            Seed = Seed,
            Augmentation = augmentation ?? AugmentationOptions.None(),
            Threads = threads,
            LookAhead = lookAhead,
            DropLast = dropLast,
        });

    private static int LabelOf(int sample) => sample * 7 % 5;

    private static int[] Samples(IEnumerable<LabeledBatch> batches)
    {
        var samples = new List<int>();
        foreach (LabeledBatch batch in batches)
        {
            samples.AddRange(batch.Samples);
            batch.Dispose();
        }

        return [.. samples];
    }

    // One text a batch that holds all of it.
    private static string[] Digest(IEnumerable<LabeledBatch> batches)
    {
        var digest = new List<string>();
        foreach (LabeledBatch batch in batches)
        {
            digest.Add(string.Join(';', batch.Number, string.Join(',', batch.Samples.ToArray()), Convert.ToHexString(batch.Patches), string.Join(',', batch.Labels), string.Join(',', batch.ErasedBoxes)));
            batch.Dispose();
        }

        return [.. digest];
    }
}
