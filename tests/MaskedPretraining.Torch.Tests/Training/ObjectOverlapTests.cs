using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class ObjectOverlapTests
{
    private const int Images = 24;

    [TestMethod]
    public void Of_TwoImages_IsTheOneWorkedOutByHand()
    {
        // Four patches, two masked; of the second image one only.
        float[] objects = [1, 0.5f, 0, 0, 0, 1, 1, 1];
        var images = new MaskedImages(2, default, new long[] { 2, 3, 0, 3 }, new long[] { 0, 1, 2, 1 }) { MaskedCounts = new[] { 2, 1 } };
        var overlap = ObjectOverlap.Of(images, objects);
        Assert.AreEqual(new ObjectOverlap(2.5 / 3, 4.5 / 8), overlap);
        Assert.AreEqual((2.5 / 3) - (4.5 / 8), overlap.Gain);
    }

    [TestMethod]
    public void Run_MasksThatFollowObjects_HaveAGainAndRandomOnesNone()
    {
        // 24 images x 12 of 16 patches x 3 epochs of an object over half of each: a standard error of 0.01.
        const double Chance = 0.03;
        var options = TinyRun.Options(3);
        (options.Crop.FlipProbability, options.Crop.MinScale, options.Crop.MinRatio, options.Crop.MaxRatio) = (0, 1, 1, 1);
        var objects = LeftHalves();
        var random = Run(options, new SampleMaps(Objects: objects));
        Assert.IsTrue(random.All(metrics => Math.Abs(metrics.ObjectOverlap!.Gain) < Chance && metrics.ObjectOverlap.Chance == 0.5));
        options.Masking = new ObjectPriorMasking(0.5);
        var guided = Run(options, new SampleMaps(Masking: objects, Objects: objects));
        Assert.IsTrue(guided.All(metrics => metrics.ObjectOverlap!.Gain > Chance));
        Assert.IsTrue(Run(options, new SampleMaps(Masking: objects)).All(metrics => metrics.ObjectOverlap is null));
    }

    [TestMethod]
    public void Run_WithAFolder_LogsBothNumbersAndReadsThemBack()
    {
        string folder = Directory.CreateTempSubdirectory("objects-").FullName;
        try
        {
            var options = TinyRun.Options(2);
            var trained = Run(options, new SampleMaps(Objects: LeftHalves()), folder);
            var entry = MetricsLog.Read(new RunFolder(folder).MetricsPath)[^1];
            Assert.AreEqual(trained[^1].ObjectOverlap, new ObjectOverlap(entry.Values["masked_object_share"], entry.Values["object_share"]));
            CollectionAssert.AreEqual(trained.ToArray(), Run(options, new SampleMaps(Objects: LeftHalves()), folder).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void Constructor_ObjectsOfOtherImages_IsRefused() => Assert.Contains(
        "There are 24 attention maps for 7 images",
        Assert.ThrowsExactly<ArgumentException>(() => new Pretrainer(new SyntheticImages(7, TinyRun.ImageSize), TinyRun.Options(1), maps: new SampleMaps(Objects: LeftHalves()))).Message);

    private static IReadOnlyList<PretrainingMetrics> Run(PretrainerOptions options, SampleMaps maps, string? folder = null) =>
        new Pretrainer(new SyntheticImages(Images, TinyRun.ImageSize), options, maps: maps).Run(folder).Metrics;

    private static AttentionMapTable LeftHalves()
    {
        var maps = new AttentionMapTable(Images, new PatchGrid(2, 2));
        for (int image = 0; image < Images; image++)
        {
            maps.Set(image, [1, 0, 1, 0]);
        }

        return maps;
    }
}
