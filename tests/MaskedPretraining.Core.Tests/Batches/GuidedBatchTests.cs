using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Tests.Imaging;

namespace MaskedPretraining.Core.Tests.Batches;

/// <summary>Loss weights and masked counts of batches.</summary>
[TestClass]
public sealed class GuidedBatchTests
{
    // Sums of a few dozen single precision numbers.
    private const double Rounding = 1e-5;

    private const int Images = 6;
    private static readonly VisionTransformerOptions Architecture = new() { ImageHeight = 12, ImageWidth = 16, PatchSize = 4 };
    private static readonly PatchGrid MapGrid = new(5, 3);
    private static readonly MaskCounts Counts = new(Masked: 5, Thrown: 3, Visible: 4);
    private static readonly TrainingProgress Epoch = new(1, 4);

    [TestMethod]
    public void Epoch_Guidance_WeighsEachMaskedPatchByItsMap()
    {
        var source = MemoryImageSource.Noise(Images);
        var options = new AttentionLossOptions { Temperature = TemperatureSchedule.Linear(2, 0.4), Gamma = 1.5 };
        var maps = Maps(image => [.. Enumerable.Range(0, MapGrid.Count).Select(cell => (float)((image + (7 * cell)) % 11))]);
        var loader = Loader(source, options, batchSize: 2);
        float[] map = new float[MapGrid.Count];
        float[] patches = new float[Architecture.Grid.Count];
        int foreground = 0;
        foreach (var loaded in loader.Epoch(Epoch, new SampleMaps(Guidance: maps)))
        {
            using var batch = loaded;
            // Three batches an epoch, epoch 1 of 4: a straight line from 2 to 0.4.
            double temperature = 2 - (1.6 * (1 + (batch.Number / 3.0)) / 4);
            for (int place = 0; place < batch.Count; place++)
            {
                var image = source.Load(batch.Samples[place]);
                maps.CopyTo(batch.Samples[place], map);
                float minimum = map.Min(), range = map.Max() - minimum;
                float[] normalized = Array.ConvertAll(map, value => (value - minimum) / (range + 1e-8f));
                CropOperator.Apply(normalized, MapGrid, image.Height, image.Width, batch.Boxes[place], batch.Flips[place], Architecture.Grid, 4, patches, MapCrop.AreaMean);
                for (int i = place * 5; i < (place + 1) * 5; i++)
                {
                    float value = patches[(int)batch.Masked[i]];
                    Assert.AreEqual(1.5 * Math.Exp(value / temperature), batch.LossWeights[i], Rounding * batch.LossWeights[i]);
                    Assert.AreEqual(value > 0.5, batch.Foreground[i]);
                    foreground += batch.Foreground[i] ? 1 : 0;
                }
            }
        }

        Assert.IsTrue(foreground is > 0 and < Images * 5, "both kinds of patches are there");
    }

    [TestMethod]
    [DataRow(LossScale.Fixed)]
    [DataRow(LossScale.InverseMeanWeight)]
    public void Replan_AnotherMask_WeighsWhatIsMaskedNow(LossScale scale)
    {
        // The loader's own plan taken away and given back, and one in which masked and visible patches are others.
        var options = new AttentionLossOptions { Scale = scale };
        using var batch = Single(options, Ramps());
        long[] visible = [.. batch.Visible], masked = [.. batch.Masked];
        float[] weights = [.. batch.LossWeights];
        bool[] foreground = [.. batch.Foreground];
        long[] otherVisible = [.. masked.Chunk(5).SelectMany(image => image.Take(4))], otherMasked = [.. visible.Chunk(4).Zip(masked.Chunk(5)).SelectMany(image => image.First.Append(image.Second[4]))];
        batch.Replan(otherVisible, otherMasked);
        CollectionAssert.AreEqual(otherVisible, batch.Visible);
        CollectionAssert.AreEqual(otherMasked, batch.Masked);
        CollectionAssert.AreNotEqual(weights, batch.LossWeights);
        if (scale == LossScale.Fixed)
        {
            Assert.IsTrue(Enumerable.Range(0, Images).All(image => batch.LossWeights[(5 * image) + 4] == weights[(5 * image) + 4]), "patches that are masked in both");
        }

        batch.Replan(visible, masked);
        CollectionAssert.AreEqual(weights, batch.LossWeights);
        CollectionAssert.AreEqual(foreground, batch.Foreground);
    }

    [TestMethod]
    public void Replan_WrongCounts_IsRefused()
    {
        using var batch = Single(new AttentionLossOptions(), Ramps());
        string message = Assert.ThrowsExactly<ArgumentException>(() => batch.Replan(new long[Images * 4], new long[3])).Message;
        Assert.Contains("need 24 visible and 30 masked patches, but there are 24 and 3", message);
    }

    [TestMethod]
    public void Epoch_Objects_AreCroppedWithTheSameBoxAndFlip()
    {
        var source = MemoryImageSource.Noise(Images);
        var objects = Maps(image => [.. Enumerable.Range(0, MapGrid.Count).Select(cell => (float)((image + (7 * cell)) % 11) / 10)]);
        var loader = new BatchLoader(source, Architecture, new RandomMasking(), new BatchLoaderOptions { BatchSize = Images, Seed = 4, Threads = 1 });
        using (var without = loader.Epoch(Epoch).Single())
        {
            Assert.IsEmpty(without.Objects);
        }

        using var batch = loader.Epoch(Epoch, new SampleMaps(Objects: objects)).Single();
        float[] map = new float[MapGrid.Count], expected = new float[Architecture.Grid.Count];
        for (int place = 0; place < Images; place++)
        {
            var image = source.Load(batch.Samples[place]);
            objects.CopyTo(batch.Samples[place], map);
            CropOperator.Apply(map, MapGrid, image.Height, image.Width, batch.Boxes[place], batch.Flips[place], Architecture.Grid, 4, expected, MapCrop.AreaMean);
            CollectionAssert.AreEqual(expected, batch.Objects.AsSpan(place * expected.Length, expected.Length).ToArray());
        }
    }

    [TestMethod]
    public void Epoch_InverseMeanWeight_MakesTheMeanWeightOfEachBatchOne()
    {
        var options = new AttentionLossOptions { Scale = LossScale.InverseMeanWeight };
        foreach (var loaded in Loader(MemoryImageSource.Noise(Images), options, batchSize: 3).Epoch(Epoch, new SampleMaps(Guidance: Ramps())))
        {
            using var batch = loaded;
            Assert.AreEqual(1, batch.LossWeights.Average(), Rounding);
            Assert.IsTrue(batch.LossWeights.Distinct().Count() > 1, "not all alike");
        }
    }

    [TestMethod]
    public void Epoch_FlatMaps_WeighEveryPatchExactlyOne()
    {
        using var batch = Single(new AttentionLossOptions(), Maps(image => [.. Enumerable.Repeat((float)image, MapGrid.Count)]));

        Assert.IsTrue(batch.LossWeights.All(weight => weight == 1f));
        Assert.IsFalse(batch.Foreground.Contains(true));
    }

    [TestMethod]
    public void Epoch_OneImageWithoutForeground_WeighsTheOthersAsBefore()
    {
        var ramps = Ramps();
        using var all = Single(new AttentionLossOptions(), ramps);
        float[] expected = [.. all.LossWeights];
        int flat = all.Samples[2];
        ramps.Set(flat, new float[MapGrid.Count]);

        using var batch = Single(new AttentionLossOptions(), ramps);

        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(batch.Samples[i / 5] == flat ? 1f : expected[i], batch.LossWeights[i]);
        }
    }

    [TestMethod]
    public void Epoch_MapsOfVisiblePatchesChanged_ChangeNoWeight()
    {
        // Crops take whole images and the map has the patches' grid, so that each cell is one patch.
        var options = new AttentionLossOptions { Normalization = MapNormalization.None };
        var maps = new AttentionMapTable(Images, Architecture.Grid);
        for (int image = 0; image < Images; image++)
        {
            maps.Set(image, [.. Enumerable.Range(0, 12).Select(cell => cell / 12f)]);
        }

        using var before = Single(options, maps, wholeImages: true);
        float[] expected = [.. before.LossWeights];
        for (int place = 0; place < Images; place++)
        {
            var values = new float[12];
            maps.CopyTo(before.Samples[place], values);
            foreach (long patch in Enumerable.Range(0, 12).Select(patch => (long)patch).Except(before.Masked.Skip(place * 5).Take(5)))
            {
                values[before.Flips[place] ? (patch / 4 * 4) + 3 - (patch % 4) : patch] = 0.9f;
            }

            maps.Set(before.Samples[place], values);
        }

        using var after = Single(options, maps, wholeImages: true);

        CollectionAssert.AreEqual(expected, after.LossWeights);
        Assert.IsTrue(expected.Distinct().Count() > 5, "the maps weigh");
    }

    [TestMethod]
    public void Epoch_FewerPatchesMasked_WeighsOnlyThose()
    {
        var masking = new FunctionMasking(Counts, Shuffle, masks: 3, varies: true);
        var loader = new BatchLoader(
            MemoryImageSource.Noise(Images), Architecture, masking, new BatchLoaderOptions { BatchSize = Images, Guidance = new AttentionLossOptions { Scale = LossScale.InverseMeanWeight } });

        using var batch = loader.Epoch(Epoch, new SampleMaps(Guidance: Ramps())).Single();

        CollectionAssert.AreEqual(Enumerable.Repeat(3, Images).ToArray(), batch.MaskedCounts);
        for (int i = 0; i < batch.LossWeights.Length; i++)
        {
            Assert.AreEqual(i % 5 < 3, batch.LossWeights[i] > 0, $"entry {i}");
        }

        Assert.AreEqual(Images * 3, batch.LossWeights.Sum(), Images * 3 * Rounding);
    }

    [TestMethod]
    public void Epoch_NoGuidance_HasNoWeightsAndCountsEveryMaskedPatch()
    {
        using var batch = Loader(MemoryImageSource.Noise(Images), null, Images).Epoch(Epoch, new SampleMaps(Guidance: Ramps())).Single();

        Assert.IsEmpty(batch.LossWeights);
        Assert.IsEmpty(batch.Foreground);
        CollectionAssert.AreEqual(Enumerable.Repeat(5, Images).ToArray(), batch.MaskedCounts);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(4, 5)]
    public void Epoch_AnyThreads_GivesTheSameWeights(int threads, int lookAhead)
    {
        var source = MemoryImageSource.Noise(Images);
        CollectionAssert.AreEqual(Weights(2, 2), Weights(threads, lookAhead));

        float[] Weights(int threadCount, int ahead) => [.. new BatchLoader(
                source,
                Architecture,
                new FunctionMasking(Counts, Shuffle),
                new BatchLoaderOptions { BatchSize = 2, Threads = threadCount, LookAhead = ahead, Guidance = new AttentionLossOptions { Scale = LossScale.InverseMeanWeight } })
            .Epoch(Epoch, new SampleMaps(Guidance: Ramps())).SelectMany(batch => { float[] copy = [.. batch.LossWeights]; batch.Dispose(); return copy; })];
    }

    [TestMethod]
    [DataRow(MapCrop.PixelSum)]
    [DataRow(MapCrop.AreaMean)]
    [DataRow(MapCrop.Nearest)]
    [DataRow(MapCrop.AsReleased)]
    public void Epoch_MaskingMaps_AreCroppedAsTheStrategyAsks(MapCrop crop)
    {
        var source = MemoryImageSource.Noise(1);
        var maps = Ramps(1);
        float[] seen = [];
        var masking = new CroppingMasking(Counts, crop, (in SampleContext context, Span<int> visible, Span<int> masked) =>
        {
            seen = context.PatchWeights.ToArray();
            Shuffle(context, visible, masked);
        });

        using var batch = new BatchLoader(source, Architecture, masking, new BatchLoaderOptions()).Epoch(Epoch, new SampleMaps(Masking: maps)).Single();

        float[] map = new float[MapGrid.Count];
        float[] expected = new float[12];
        maps.CopyTo(0, map);
        CropOperator.Apply(map, MapGrid, source.Load(0).Height, source.Load(0).Width, batch.Boxes[0], batch.Flips[0], Architecture.Grid, 4, expected, crop);
        CollectionAssert.AreEqual(expected, seen);
    }

    [TestMethod]
    public void Epoch_MissingGuidanceMaps_SaysSo()
    {
        var loader = Loader(MemoryImageSource.Noise(2), new AttentionLossOptions(), 2);

        Assert.Contains("Guidance of the loss needs attention maps in epoch 1", Assert.ThrowsExactly<InvalidOperationException>(() => loader.Epoch(Epoch)).Message);
        Assert.Contains("6 attention maps for 2 images", Assert.ThrowsExactly<ArgumentException>(() => loader.Epoch(Epoch, new SampleMaps(Guidance: Ramps()))).Message);
    }

    [TestMethod]
    public void Epoch_MapTooLargeForAWeight_NamesImageAndValue()
    {
        var options = new AttentionLossOptions { Normalization = MapNormalization.None };
        var maps = Maps(_ => [.. Enumerable.Repeat(100f, MapGrid.Count)]);

        string message = Assert.ThrowsExactly<InvalidOperationException>(() => Single(options, maps)).Message;

        Assert.Contains("is 100 at patch", message);
        Assert.Contains("use MinMax", message);
    }

    private static PretrainingBatch Single(AttentionLossOptions options, IAttentionMaps maps, bool wholeImages = false) =>
        Loader(MemoryImageSource.Noise(Images), options, Images, wholeImages).Epoch(Epoch, new SampleMaps(Guidance: maps)).Single();

    private static BatchLoader Loader(MemoryImageSource source, AttentionLossOptions? guidance, int batchSize, bool wholeImages = false)
    {
        var options = new BatchLoaderOptions { BatchSize = batchSize, Seed = 3, Threads = 2, Guidance = guidance };
        if (wholeImages)
        {
            // No crop fits these ranges but the whole image, which is what the ten tries fall back on.
            (options.Crop.MinScale, options.Crop.MaxScale, options.Crop.MinRatio, options.Crop.MaxRatio) = (1, 1, 0.01, 100);
        }

        return new BatchLoader(source, Architecture, new FunctionMasking(Counts, Shuffle), options);
    }

    private static AttentionMapTable Ramps(int images = Images) => Maps(image => [.. Enumerable.Range(0, MapGrid.Count).Select(cell => (float)(cell * (image + 1)))], images);

    private static AttentionMapTable Maps(Func<int, float[]> map, int images = Images)
    {
        var maps = new AttentionMapTable(images, MapGrid);
        for (int image = 0; image < images; image++)
        {
            maps.Set(image, map(image));
        }

        return maps;
    }

    private static void Shuffle(in SampleContext context, Span<int> visible, Span<int> masked)
    {
        int[] order = [.. Enumerable.Range(0, context.Grid.Count)];
        context.Random.Shuffle(order.AsSpan());
        order.AsSpan(0, visible.Length).CopyTo(visible);
        order.AsSpan(visible.Length, masked.Length).CopyTo(masked);
    }
}
