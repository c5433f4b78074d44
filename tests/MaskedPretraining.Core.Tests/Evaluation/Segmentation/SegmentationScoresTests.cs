using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Evaluation.Segmentation;

[TestClass]
public sealed class SegmentationScoresTests
{
    // Quotients of whole numbers, averaged.
    private const double Exact = 1e-12;

    [TestMethod]
    public void Result_TwoSmallImages_IsWhatAHandFinds()
    {
        var scores = new SegmentationScores(3);
        scores.Add(Mask([0, 0, 1, 1, 1, 0]), Mask([0, 0, 1, 1, 0, 255]));
        scores.Add(Mask([1, 1, 0, 0, 0, 0]), Mask([1, 0, 0, 0, 0, 255]));
        var metrics = scores.Result();

        // True 0: 2 + 1 + 1 + 3 pixels, of which 0, 0 | 0, 0, 0 are found; class 1: 3 true, 3 found, 2 too many; class 2 never.
        Assert.AreSequenceEqual([5, 2, 0], metrics.Confusion[0].ToArray());
        Assert.AreSequenceEqual([0, 3, 0], metrics.Confusion[1].ToArray());
        Assert.AreEqual(5.0 / 7, metrics.ClassIou[0], Exact);
        Assert.AreEqual(3.0 / 5, metrics.ClassIou[1], Exact);
        Assert.IsTrue(double.IsNaN(metrics.ClassIou[2]));
        Assert.AreEqual(((5.0 / 7) + (3.0 / 5)) / 2, metrics.MeanIou, Exact);
        Assert.AreEqual(0.8, metrics.PixelAccuracy, Exact);
        Assert.AreEqual(10, metrics.Pixels);
        Assert.AreEqual(2, metrics.Images);
    }

    [TestMethod]
    public void Result_ClassPredictedButNeverTrue_CountsWithZero()
    {
        var scores = new SegmentationScores(3);
        scores.Add(Mask([0, 0, 0, 0, 0, 2]), Mask([0, 0, 0, 0, 0, 0]));
        Assert.AreEqual(0, scores.Result().ClassIou[2]);
        Assert.AreEqual(5.0 / 12, scores.Result().MeanIou, Exact);
    }

    [TestMethod]
    public void Result_RandomMasks_AgreesWithTheDefinition()
    {
        const int Classes = 4, Images = 5, Pixels = 30;
        var random = new RandomStream(1, RandomPurpose.Scene, 0, 0);
        var truth = Enumerable.Range(0, Images * Pixels).Select(_ => random.NextInt32(8) == 0 ? ClassMask.Ignored : (byte)random.NextInt32(Classes)).ToArray();
        var predicted = Array.ConvertAll(truth, number => number != ClassMask.Ignored && random.NextInt32(2) == 0 ? number : (byte)random.NextInt32(Classes));
        var scores = new SegmentationScores(Classes);
        for (int image = 0; image < Images; image++)
        {
            scores.Add(new ClassMask(5, 6, predicted[(image * Pixels)..((image + 1) * Pixels)]), new ClassMask(5, 6, truth[(image * Pixels)..((image + 1) * Pixels)]));
        }

        var pairs = truth.Zip(predicted).Where(pair => pair.First != ClassMask.Ignored).ToArray();
        for (int number = 0; number < Classes; number++)
        {
            double common = pairs.Count(pair => pair.First == number && pair.Second == number);
            double union = pairs.Count(pair => pair.First == number || pair.Second == number);
            Assert.AreEqual(common / union, scores.Result().ClassIou[number], Exact);
        }

        Assert.AreEqual((double)pairs.Count(pair => pair.First == pair.Second) / pairs.Length, scores.Result().PixelAccuracy, Exact);
    }

    [TestMethod]
    public void Result_OnlyIgnoredPixels_IsZeroAndNoNumberOfClasses()
    {
        var scores = new SegmentationScores(2);
        scores.Add(Mask([0, 0, 0, 1, 1, 1]), Mask([255, 255, 255, 255, 255, 255]));
        Assert.AreEqual(0, scores.Result().MeanIou);
        Assert.AreEqual(0, scores.Result().PixelAccuracy);
        Assert.IsTrue(double.IsNaN(scores.Result().ClassIou[0]));
    }

    [TestMethod]
    public void Add_MasksThatCannotBeScored_SaysWhy()
    {
        var scores = new SegmentationScores(2);
        StringAssert.Contains(Refused(new ClassMask(3, 2, new byte[6]), Mask(new byte[6])), "3x2");
        StringAssert.Contains(Refused(Mask(new byte[6]), Mask([0, 0, 0, 0, 2, 0])), "Pixel 1, 1");
        StringAssert.Contains(Refused(Mask([0, 0, 0, 0, 0, 255]), Mask(new byte[6])), "every pixel");
        Assert.AreEqual(0, scores.Result().Images);

        string Refused(ClassMask predicted, ClassMask truth) => Assert.ThrowsExactly<ArgumentException>(() => scores.Add(predicted, truth)).Message;
    }

    private static ClassMask Mask(byte[] classes) => new(2, 3, classes);
}
