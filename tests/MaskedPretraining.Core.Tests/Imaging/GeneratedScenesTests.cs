using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class GeneratedScenesTests
{
    private const int Many = 1600;

    [TestMethod]
    public void Load_SameSeedSplitIndex_IsTheSamePictureOnAnyThread()
    {
        var first = new GeneratedScenes(40, 32, 7, SceneSplit.Train);
        var second = new GeneratedScenes(1000, 32, 7, SceneSplit.Train);

        Parallel.For(0, 40, index => Assert.AreSequenceEqual(first.Load(index).Pixels, second.Load(index).Pixels));
    }

    [TestMethod]
    public void Load_OtherSeedSplitOrIndex_IsAnotherPicture()
    {
        byte[] picture = new GeneratedScenes(20, 32, 7, SceneSplit.Train).Load(3).Pixels;

        Assert.IsFalse(picture.AsSpan().SequenceEqual(new GeneratedScenes(20, 32, 8, SceneSplit.Train).Load(3).Pixels));
        Assert.IsFalse(picture.AsSpan().SequenceEqual(new GeneratedScenes(20, 32, 7, SceneSplit.Test).Load(3).Pixels));
        Assert.IsFalse(picture.AsSpan().SequenceEqual(new GeneratedScenes(20, 32, 7, SceneSplit.Train).Load(11).Pixels));
    }

    [TestMethod]
    [DataRow(SceneSplit.Train, 0.85)]
    [DataRow(SceneSplit.Test, 0.125)]
    [DataRow(SceneSplit.Agree, 1.0)]
    [DataRow(SceneSplit.Lie, 0.0)]
    public void BackgroundOf_EachSplit_AgreesAsOftenAsPromised(SceneSplit split, double share)
    {
        var scenes = new GeneratedScenes(Many, 32, 3, split);

        double agreeing = Enumerable.Range(0, Many).Count(index => scenes.BackgroundOf(index) == scenes.LabelOf(index)) / (double)Many;

        // Five standard deviations of a share among this many draws; 0 and 1 are exact.
        Assert.AreEqual(share, agreeing, 5 * Math.Sqrt(share * (1 - share) / Many));
    }

    [TestMethod]
    [DataRow(SceneSplit.Test)]
    [DataRow(SceneSplit.Lie)]
    public void BackgroundOf_SplitsThatTest_UsesEveryKindForEveryClass(SceneSplit split)
    {
        var scenes = new GeneratedScenes(Many, 32, 3, split);

        int pairs = Enumerable.Range(0, Many).Select(index => (scenes.LabelOf(index), scenes.BackgroundOf(index))).Distinct().Count();

        Assert.AreEqual(split == SceneSplit.Lie ? 8 * 7 : 8 * 8, pairs);
    }

    [TestMethod]
    public void LabelOf_AnyStretch_HoldsEveryClassEquallyOften()
    {
        var scenes = new GeneratedScenes(80, 32, 3, SceneSplit.Train);

        Assert.IsGreaterThanOrEqualTo(6, scenes.ClassNames.Count);
        Assert.IsTrue(Enumerable.Range(0, 80).CountBy(scenes.LabelOf).All(pair => pair.Value == 80 / scenes.ClassNames.Count));
    }

    [TestMethod]
    public void SplitsThatTest_SameIndex_ShareTheObject()
    {
        var test = new GeneratedScenes(20, 48, 3, SceneSplit.Test);
        var lie = new GeneratedScenes(20, 48, 3, SceneSplit.Lie);
        for (int index = 0; index < 20; index++)
        {
            bool[] mask = test.MaskOf(index);
            Assert.AreSequenceEqual(mask, lie.MaskOf(index));
            (byte[] one, byte[] other) = (test.Load(index).Pixels, lie.Load(index).Pixels);
            int[] inside = [.. Enumerable.Range(0, mask.Length).Where(pixel => Surrounded(mask, pixel, 48))];

            Assert.IsNotEmpty(inside);
            Assert.IsTrue(Array.TrueForAll(inside, pixel => one.AsSpan(3 * pixel, 3).SequenceEqual(other.AsSpan(3 * pixel, 3))));
        }
    }

    [TestMethod]
    public void MaskOf_Scenes_FillsItsTightBox()
    {
        var scenes = new GeneratedScenes(200, 32, 5, SceneSplit.Train);
        for (int index = 0; index < 200; index++)
        {
            bool[] mask = scenes.MaskOf(index);
            CropBox box = scenes.BoxOf(index);
            int[] inside = [.. Enumerable.Range(0, mask.Length).Where(pixel => mask[pixel])];

            Assert.AreEqual(box, new CropBox(inside.Min(pixel => pixel / 32), inside.Min(pixel => pixel % 32), box.Height, box.Width));
            Assert.AreEqual((box.Top + box.Height - 1, box.Left + box.Width - 1), (inside.Max(pixel => pixel / 32), inside.Max(pixel => pixel % 32)));
            Assert.IsInRange(0.03, 0.45, inside.Length / 1024.0, $"scene {index}: {scenes.ClassNames[scenes.LabelOf(index)]}");
        }
    }

    [TestMethod]
    public void MaskOf_LargerSize_IsTheSameSceneFiner()
    {
        var small = new GeneratedScenes(16, 32, 5, SceneSplit.Train);
        var large = new GeneratedScenes(16, 96, 5, SceneSplit.Train);
        for (int index = 0; index < 16; index++)
        {
            double share = small.MaskOf(index).Count(covered => covered) / 1024.0;

            // A pixel's width around an outline about as long as the image's side: a few percent.
            Assert.AreEqual(share, large.MaskOf(index).Count(covered => covered) / 9216.0, 0.02);
        }
    }

    [TestMethod]
    public void Constructor_OutOfRange_IsRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GeneratedScenes(0, 32, 1, SceneSplit.Train));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GeneratedScenes(1, 31, 1, SceneSplit.Train));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GeneratedScenes(1, 32, 1, (SceneSplit)9));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GeneratedScenes(1, 32, 1, SceneSplit.Train, double.NaN));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GeneratedScenes(1, 32, 1, SceneSplit.Train).Load(1));
    }

    // Antialiasing mixes the background into the outermost pixels; two pixels in, there is only the object.
    private static bool Surrounded(bool[] mask, int pixel, int size)
    {
        (int y, int x) = (pixel / size, pixel % size);
        return y >= 2 && x >= 2 && y < size - 2 && x < size - 2
            && Enumerable.Range(-2, 5).All(down => Enumerable.Range(-2, 5).All(across => mask[(y + down) * size + x + across]));
    }
}
