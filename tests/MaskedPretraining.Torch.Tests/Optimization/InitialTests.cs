using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class InitialTests
{
    private const int Draws = 200_000;

    // Standard error of a deviation from so many draws is below 0.2 %; four of them.
    private const double DeviationTolerance = 0.008;

    [TestMethod]
    [DataRow(0.02, 0.02, 0.010791)]
    [DataRow(1.0, 2.0, 0.879626)]
    [DataRow(0.02, 2.0, 0.02)]
    public void TruncatedNormal_ManyDraws_HasTheDeviationOfTheCutNormal(double standardDeviation, double cut, double expected)
    {
        var values = Draw(Initial.TruncatedNormal(standardDeviation, cut));
        double mean = values.Average(value => (double)value);
        double deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        Assert.AreEqual(expected, deviation, DeviationTolerance * expected);
        Assert.AreEqual(0, mean, 4 * expected / Math.Sqrt(Draws));
        Assert.IsTrue(values.All(value => Math.Abs(value) <= (float)cut));
    }

    [TestMethod]
    public void TruncatedNormal_CutOfADeviation_IsNotPiledUpAtTheCut()
    {
        var values = Draw(Initial.TruncatedNormal(0.02, 0.02));
        // Of the cut normal the outer hundredth of the range holds 0.7 %; clamping instead of drawing again would put a third of all there.
        double outer = values.Count(value => Math.Abs(value) > 0.0198) / (double)Draws;
        Assert.IsInRange(0.006, 0.009, outer);
    }

    [TestMethod]
    public void TruncatedNormal_CutOfZero_IsRefused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Initial.TruncatedNormal(0.02, 0));

    private static float[] Draw(Initializer initializer)
    {
        var values = new float[Draws];
        initializer(values, new RandomStream(1, RandomPurpose.Initialization, 0, 0));
        return values;
    }
}
