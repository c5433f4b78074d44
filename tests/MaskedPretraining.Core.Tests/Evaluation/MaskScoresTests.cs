using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Evaluation;

[TestClass]
public sealed class MaskScoresTests
{
    // Sums of a few doubles in another order.
    private const double Exact = 1e-12;

    [TestMethod]
    public void Add_TwoSmallImages_GivesThePublishedScores()
    {
        var scores = new MaskScores();
        scores.Add([.9f, .6f, .4f, .1f], [true, true, false, false]);
        scores.Add([.2f, .8f, .7f, .3f], [false, true, false, false]);
        Assert.AreEqual(.75, scores.MeanIou, Exact);
        Assert.AreEqual(.875, scores.MeanAccuracy, Exact);
        Assert.AreEqual(.90625, scores.MaxFBeta, Exact);
    }

    [TestMethod]
    public void Add_RandomMaps_AgreesWithTheDefinition()
    {
        for (ulong seed = 0; seed < 5; seed++)
        {
            var random = new RandomStream(seed, RandomPurpose.Scene, 0, 0);
            // Half of the maps have eight bits, whose values lie right on the thresholds.
            var images = Enumerable.Range(0, 6).Select(image => (
                Map: Enumerable.Range(0, 40).Select(_ => image % 2 == 0 ? random.NextInt32(256) / 255f : (float)random.NextDouble()).ToArray(),
                Mask: Enumerable.Range(0, 40).Select(_ => image != 3 && random.NextDouble() < 0.3).ToArray())).ToArray();
            var scores = new MaskScores();
            foreach (var (map, mask) in images)
            {
                scores.Add(map, mask);
            }

            double[] curve = [.. Enumerable.Range(0, 255).Select(j => images.Average(image => F(image.Map, image.Mask, j / 255.0)))];
            Assert.AreEqual(curve.Max(), scores.MaxFBeta, Exact, $"seed {seed}");
            Assert.AreEqual(curve.Max(), images.Average(image => F(image.Map, image.Mask, scores.BestThreshold)), Exact, $"seed {seed}");
        }
    }

    [TestMethod]
    public void Add_NothingAnywhere_IsAPerfectOverlap()
    {
        var scores = new MaskScores();
        Assert.AreEqual(new MaskScore(1, 1), scores.Add([0, 0.5f], [false, false]));
    }

    [TestMethod]
    public void Add_ValueOutsideOfTheUnitRange_IsRefused()
    {
        foreach (float value in new[] { -0.01f, 1.01f, float.NaN })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => new MaskScores().Add([0, value], [true, false]), $"{value}");
            StringAssert.Contains(error.Message, "Pixel 1");
        }
    }

    [TestMethod]
    public void MaxFBeta_OneThresholdForAllImages_IsBelowTheMeanOfTheBest()
    {
        // Each map has a perfect threshold of its own, but none is perfect for both.
        var scores = new MaskScores();
        scores.Add([.9f, .5f], [true, false]);
        scores.Add([.4f, .1f], [true, false]);
        Assert.IsLessThan(1 - 1e-3, scores.MaxFBeta);
    }

    private static double F(float[] map, bool[] mask, double threshold)
    {
        double hits = map.Where((value, pixel) => value > threshold && mask[pixel]).Count();
        double predicted = map.Count(value => value > threshold);
        double all = mask.Count(inside => inside);
        double precision = predicted == 0 ? 1 : hits / predicted, recall = all == 0 ? 1 : hits / all;
        return precision + recall == 0 ? 0 : 1.3 * precision * recall / (0.3 * precision + recall);
    }
}
