using System.Diagnostics;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Tests.Imaging;

namespace MaskedPretraining.Core.Tests.Batches;

[TestClass]
public sealed class BatchLoaderTests
{
    private static readonly VisionTransformerOptions Architecture = new() { ImageHeight = 12, ImageWidth = 16, PatchSize = 4 };
    private static readonly MaskCounts Counts = new(Masked: 5, Thrown: 3, Visible: 4);

    // A random order of the patches: the first are visible, the next masked.
    private static readonly FunctionMasking Shuffled = new(Counts, static (in SampleContext context, Span<int> visible, Span<int> masked) =>
    {
        int[] order = [.. Enumerable.Range(0, context.Grid.Count)];
        context.Random.Shuffle(order.AsSpan());
        order.AsSpan(0, visible.Length).CopyTo(visible);
        order.AsSpan(visible.Length, masked.Length).CopyTo(masked);
    });

    [TestMethod]
    public void Epoch_EachImage_EqualsItsOwnCropAndPlan()
    {
        var source = MemoryImageSource.Noise(10);
        var loader = Loader(source, batchSize: 3);
        byte[] expected = new byte[12 * 16 * 3];
        int[] visible = new int[4];
        int[] masked = new int[5];
        foreach (PretrainingBatch batch in loader.Epoch(new TrainingProgress(2, 5)))
        {
            using (batch)
            {
                for (int place = 0; place < batch.Count; place++)
                {
                    int sample = batch.Samples[place];
                    RgbImage image = source.Load(sample);
                    (CropBox box, bool flip) = new RandomResizedCrop().Draw(image.Height, image.Width, new RandomStream(11, RandomPurpose.Crop, 2, sample));
                    PatchLayout.ToPatches<byte>(new PilResampler(ResampleFilter.Bicubic).Resize(image, box, 12, 16).Pixels, Architecture.Grid, 4, 3, flip, expected);
                    Shuffled.Plan(new SampleContext(Architecture.Grid, new TrainingProgress(2, 5), new RandomStream(11, RandomPurpose.Mask, 2, sample)), visible, masked);

                    Assert.AreSequenceEqual(expected, batch.Patches.AsSpan(place * expected.Length, expected.Length).ToArray());
                    Assert.AreEqual((box, flip), (batch.Boxes[place], batch.Flips[place]));
                    Assert.AreSequenceEqual(Array.ConvertAll(visible, patch => (long)patch), batch.Visible.AsSpan(place * 4, 4).ToArray());
                    Assert.AreSequenceEqual(Array.ConvertAll(masked, patch => (long)patch), batch.Masked.AsSpan(place * 5, 5).ToArray());
                }
            }
        }
    }

    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(4, 7)]
    public void Epoch_MoreThreadsOrLookAhead_ChangesNothing(int threads, int lookAhead)
    {
        var source = MemoryImageSource.Noise(23);

        Assert.AreSequenceEqual(Digest(Loader(source, 4, 1, 1).Epoch(new TrainingProgress(0, 2))), Digest(Loader(source, 4, threads, lookAhead).Epoch(new TrainingProgress(0, 2))));
    }

    [TestMethod]
    public void Epoch_Any_VisitsEachImageAtMostOnceAndShufflesAnew()
    {
        var loader = Loader(MemoryImageSource.Noise(23), 4);

        int[] first = Samples(loader.Epoch(new TrainingProgress(0, 2)));
        int[] second = Samples(loader.Epoch(new TrainingProgress(1, 2)));

        Assert.AreEqual(5, loader.BatchesPerEpoch);
        Assert.HasCount(20, first);
        Assert.HasCount(20, first.Distinct());
        Assert.AreSequenceEqual(first, Samples(loader.Epoch(new TrainingProgress(0, 2))));
        Assert.IsFalse(first.SequenceEqual(second));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    [DataRow(5)]
    public void Epoch_Skip_GoesOnWhereTheWholeEpochWouldBe(int skip)
    {
        var loader = Loader(MemoryImageSource.Noise(23), 4);
        var progress = new TrainingProgress(1, 2);

        string[] rest = Digest(loader.Epoch(progress, skip: skip));

        Assert.AreSequenceEqual(Digest(loader.Epoch(progress)).Skip(skip), rest);
        Assert.HasCount(5 - skip, rest);
    }

    [TestMethod]
    public void Epoch_FewerImagesThanABatch_GivesOneSmallerBatch()
    {
        var loader = Loader(MemoryImageSource.Noise(1), 128);

        Assert.AreEqual(1, loader.BatchSize);
        Assert.AreSequenceEqual(new[] { 0 }, Samples(loader.Epoch(new TrainingProgress(0, 1))));
    }

    [TestMethod]
    public void Epoch_EnumeratedTwice_GivesTheSameTwice()
    {
        var epoch = Loader(MemoryImageSource.Noise(9), 4).Epoch(new TrainingProgress(0, 1));

        Assert.AreSequenceEqual(Digest(epoch), Digest(epoch));
    }

    [TestMethod]
    public void Epoch_BatchesDisposed_UsesFewBuffersAgain()
    {
        var loader = Loader(MemoryImageSource.Noise(40), 2, threads: 2, lookAhead: 2);
        var buffers = new HashSet<byte[]>(ReferenceEqualityComparer.Instance);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            foreach (PretrainingBatch batch in loader.Epoch(new TrainingProgress(epoch, 3)))
            {
                buffers.Add(batch.Patches);
                batch.Dispose();
                batch.Dispose();
            }
        }

        // The look-ahead and the one in use.
        Assert.IsLessThanOrEqualTo(3, buffers.Count);
    }

    [TestMethod]
    public void Epoch_SlowConsumer_LoadsNoMoreThanTheLookAhead()
    {
        var source = MemoryImageSource.Noise(40);
        using var batches = Loader(source, 2, threads: 2, lookAhead: 3).Epoch(new TrainingProgress(0, 1)).GetEnumerator();
        Assert.IsTrue(batches.MoveNext());

        Assert.IsTrue(SpinWait.SpinUntil(() => source.Loads >= 8, TimeSpan.FromSeconds(10)));
        Thread.Sleep(50);

        // One batch taken and three ready, two images each.
        Assert.AreEqual(8, source.Loads);
    }

    [TestMethod]
    public void Epoch_BatchNotReadyAndReady_SaysHowLongItWasWaitedFor()
    {
        using var gate = new ManualResetEventSlim();
        var source = new NamedImages(Enumerable.Range(0, 8).Select(number => $"{number}")) { AfterLoad = _ => gate.Wait() };
        using var batches = Loader(source, 2, threads: 1, lookAhead: 3).Epoch(new TrainingProgress(0, 1)).GetEnumerator();
        using var opener = new Timer(_ => gate.Set(), null, TimeSpan.FromMilliseconds(250), Timeout.InfiniteTimeSpan);
        long start = Stopwatch.GetTimestamp();

        Assert.IsTrue(batches.MoveNext());

        Assert.IsGreaterThan(TimeSpan.Zero, batches.Current.Waited);
        Assert.IsLessThanOrEqualTo(Stopwatch.GetElapsedTime(start), batches.Current.Waited);
        Assert.IsTrue(SpinWait.SpinUntil(() => source.Loads == 8, TimeSpan.FromSeconds(10)));
        Assert.IsTrue(batches.MoveNext());
        Assert.AreEqual(TimeSpan.Zero, batches.Current.Waited);
    }

    [TestMethod]
    public void Epoch_BrokenOffEarly_EndsItsThreads()
    {
        var source = MemoryImageSource.Noise(1000);
        foreach (PretrainingBatch batch in Loader(source, 2, threads: 3).Epoch(new TrainingProgress(0, 1)))
        {
            batch.Dispose();
            break;
        }

        int loads = source.Loads;
        Thread.Sleep(30);

        Assert.AreEqual(loads, source.Loads);
    }

    [TestMethod]
    public void Epoch_Cancelled_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        int taken = 0;

        Assert.ThrowsExactly<OperationCanceledException>(() =>
        {
            foreach (PretrainingBatch batch in Loader(MemoryImageSource.Noise(100), 2).Epoch(new TrainingProgress(0, 1), cancellationToken: cancellation.Token))
            {
                batch.Dispose();
                if (++taken == 3)
                {
                    cancellation.Cancel();
                }
            }
        });
        Assert.AreEqual(3, taken);
    }

    [TestMethod]
    public void Epoch_BrokenImage_ThrowsWhenItsBatchIsDue()
    {
        RgbImage good = MemoryImageSource.NoiseImage(new Random(1), 20, 20);
        var source = new MemoryImageSource([good, good, good, good, null, good, good, good]);
        var taken = new List<int>();

        var error = Assert.ThrowsExactly<ImageFormatException>(() =>
        {
            foreach (PretrainingBatch batch in Loader(source, 2, threads: 3).Epoch(new TrainingProgress(0, 1)))
            {
                taken.Add(batch.Number);
                batch.Dispose();
            }
        });

        int[] order = [.. Enumerable.Range(0, 8)];
        new RandomStream(11, RandomPurpose.Order, 0, 0).Shuffle(order.AsSpan());
        Assert.AreEqual("memory-4", error.ImageName);
        Assert.HasCount(Array.IndexOf(order, 4) / 2, taken);
    }

    [TestMethod]
    public void Epoch_OtherChannels_NamesImageAndChannels()
    {
        var source = new MemoryImageSource(MemoryImageSource.NoiseImage(new Random(1), 20, 20, channels: 1));

        var error = Assert.ThrowsExactly<ImageFormatException>(() => Samples(Loader(source, 1).Epoch(new TrainingProgress(0, 1))));

        Assert.Contains("memory-0", error.Message);
        Assert.Contains("it has 1 channels, but the network has Channels 3", error.Message);
    }

    [TestMethod]
    public void Epoch_WrongPlan_NamesStrategyAndPatch()
    {
        AssertPlanRefused((in SampleContext _, Span<int> _, Span<int> masked) => masked[2] = 12, "FunctionMasking wrote patch 12 at place 2 of the 5 masked patches; it must write patches 0 to 11.");
        AssertPlanRefused((in SampleContext _, Span<int> visible, Span<int> masked) => masked[1] = visible[3], "FunctionMasking named patch 3 twice, the second time at place 1 of the 5 masked patches");
        AssertPlanRefused((in SampleContext _, Span<int> visible, Span<int> _) => visible[0] = -1, "FunctionMasking wrote nothing at place 0 of the 4 visible patches");
    }

    [TestMethod]
    [DataRow(6, true, "FunctionMasking says that it masked 6 patches, but its list has room for 5; Plan must return 0 to 5.")]
    [DataRow(-1, true, "FunctionMasking says that it masked -1 patches")]
    [DataRow(4, false, "FunctionMasking masked 4 of 5 patches; return 5, or let VariesBetweenImages say that counts may be lower.")]
    public void Epoch_WrongReturnedCount_NamesStrategyAndCount(int count, bool varies, string message)
    {
        var masking = new FunctionMasking(Counts, (in SampleContext context, Span<int> visible, Span<int> masked) => Shuffled.Plan(context, visible, masked), masks: count, varies: varies);
        var loader = new BatchLoader(MemoryImageSource.Noise(2), Architecture, masking, new BatchLoaderOptions());

        Assert.Contains(message, Assert.ThrowsExactly<InvalidOperationException>(() => Samples(loader.Epoch(new TrainingProgress(0, 1)))).Message);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    public void Epoch_VaryingStrategyMasksFewer_IsAccepted(int count)
    {
        var masking = new FunctionMasking(Counts, (in SampleContext context, Span<int> visible, Span<int> masked) => Shuffled.Plan(context, visible, masked), masks: count, varies: true);

        Assert.HasCount(2, Samples(new BatchLoader(MemoryImageSource.Noise(2), Architecture, masking, new BatchLoaderOptions()).Epoch(new TrainingProgress(0, 1))));
    }

    [TestMethod]
    public void Epoch_ImpossibleCounts_NamesThem()
    {
        var loader = new BatchLoader(MemoryImageSource.Noise(2), Architecture, new FunctionMasking(new MaskCounts(10, 2, 0), Nothing), new BatchLoaderOptions());

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => loader.Epoch(new TrainingProgress(0, 1)));

        Assert.Contains("FunctionMasking wants to mask 10, throw 2 and keep 0 of 12 patches (3x4)", error.Message);
    }

    [TestMethod]
    public void Epoch_AttentionMaps_AreCroppedWithTheSameBoxAndFlip()
    {
        var source = MemoryImageSource.Noise(6);
        var maps = new AttentionMapTable(6, new PatchGrid(3, 3));
        for (int image = 0; image < 6; image++)
        {
            maps.Set(image, [.. Enumerable.Range(0, 9).Select(cell => (float)(image + cell))]);
        }

        var seen = new Dictionary<int, float[]>();
        var masking = new FunctionMasking(
            Counts,
            (in SampleContext context, Span<int> visible, Span<int> masked) =>
            {
                Shuffled.Plan(context, visible, masked);
                seen[seen.Count] = context.PatchWeights.ToArray();
            },
            needsWeights: true);
        var loader = new BatchLoader(source, Architecture, masking, new BatchLoaderOptions { BatchSize = 6, Seed = 11, Threads = 1 });

        using PretrainingBatch batch = loader.Epoch(new TrainingProgress(0, 1), new SampleMaps(Masking: maps)).Single();

        float[] map = new float[9];
        float[] expected = new float[12];
        for (int place = 0; place < 6; place++)
        {
            RgbImage image = source.Load(batch.Samples[place]);
            maps.CopyTo(batch.Samples[place], map);
            CropOperator.Apply(map, maps.Grid, image.Height, image.Width, batch.Boxes[place], batch.Flips[place], Architecture.Grid, 4, expected);
            Assert.AreSequenceEqual(expected, seen[place]);
        }
    }

    [TestMethod]
    public void Epoch_MissingOrWrongMaps_SaysSo()
    {
        var loader = new BatchLoader(MemoryImageSource.Noise(2), Architecture, new FunctionMasking(Counts, Nothing, needsWeights: true), new BatchLoaderOptions());

        Assert.Contains("FunctionMasking needs attention maps in epoch 3", Assert.ThrowsExactly<InvalidOperationException>(() => loader.Epoch(new TrainingProgress(3, 9))).Message);
        Assert.Contains("3 attention maps for 2 images", Assert.ThrowsExactly<ArgumentException>(() => loader.Epoch(new TrainingProgress(3, 9), new SampleMaps(Masking: new AttentionMapTable(3, new PatchGrid(2, 2))))).Message);
    }

    [TestMethod]
    public void Constructor_EmptySource_SaysSo() =>
        Assert.Contains("There are no images", Assert.ThrowsExactly<ArgumentException>(() => Loader(new MemoryImageSource(), 4)).Message);

    private static void Nothing(in SampleContext context, Span<int> visible, Span<int> masked)
    {
    }

    private static void AssertPlanRefused(FunctionMasking.Planner spoil, string message)
    {
        var masking = new FunctionMasking(Counts, (in SampleContext context, Span<int> visible, Span<int> masked) =>
        {
            for (int patch = 0; patch < 9; patch++)
            {
                (patch < 4 ? visible[patch..] : masked[(patch - 4)..])[0] = patch;
            }

            spoil(context, visible, masked);
        });
        var loader = new BatchLoader(MemoryImageSource.Noise(2), Architecture, masking, new BatchLoaderOptions());

        Assert.Contains(message, Assert.ThrowsExactly<InvalidOperationException>(() => Samples(loader.Epoch(new TrainingProgress(0, 1)))).Message);
    }

    private static BatchLoader Loader(IImageSource source, int batchSize, int threads = 2, int lookAhead = 2) =>
        new(source, Architecture, Shuffled, new BatchLoaderOptions { BatchSize = batchSize, Seed = 11, Threads = threads, LookAhead = lookAhead });

    private static int[] Samples(IEnumerable<PretrainingBatch> batches)
    {
        var samples = new List<int>();
        foreach (PretrainingBatch batch in batches)
        {
            samples.AddRange(batch.Samples);
            batch.Dispose();
        }

        return [.. samples];
    }

    // One text a batch that holds all of it.
    private static string[] Digest(IEnumerable<PretrainingBatch> batches)
    {
        var digest = new List<string>();
        foreach (PretrainingBatch batch in batches)
        {
            digest.Add(string.Join(
                ';',
                batch.Number,
                string.Join(',', batch.Samples.ToArray()),
                Convert.ToHexString(batch.Patches),
                string.Join(',', batch.Visible),
                string.Join(',', batch.Masked),
                string.Join(',', batch.Boxes),
                string.Join(',', batch.Flips)));
            batch.Dispose();
        }

        return [.. digest];
    }
}
