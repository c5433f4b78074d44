namespace MaskedPretraining.Core.Randomness;

[TestClass]
public sealed class RandomStreamDistributionsTests
{
    private const int Draws = 20_000;

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(0.8)]
    [DataRow(1.0)]
    [DataRow(4.0)]
    public void NextBeta_ManyDraws_HaveItsMeanAndVariance(double alpha)
    {
        var random = new RandomStream(3, RandomPurpose.Mixing, 0, 0);
        double[] numbers = [.. Enumerable.Range(0, Draws).Select(_ => random.NextBeta(alpha))];

        double variance = 1 / (4 * ((2 * alpha) + 1));
        // Five standard errors; a square's own variance is at most 1/16 of numbers within 1/2 of the mean.
        Assert.AreEqual(0.5, numbers.Average(), 5 * Math.Sqrt(variance / Draws));
        Assert.AreEqual(variance, numbers.Average(number => (number - 0.5) * (number - 0.5)), 5 * Math.Sqrt(1.0 / 16 * variance / Draws) + 5 * variance / Math.Sqrt(Draws));
        Assert.IsTrue(Array.TrueForAll(numbers, number => number is >= 0 and <= 1));
    }

    [TestMethod]
    public void NextBeta_AlphaOne_IsUniform()
    {
        var random = new RandomStream(3, RandomPurpose.Mixing, 0, 1);
        int[] tenths = new int[10];
        for (int draw = 0; draw < Draws; draw++)
        {
            tenths[(int)(random.NextBeta(1) * 10)]++;
        }

        // Chi-square with 9 degrees of freedom exceeds this once in a million times.
        Assert.IsLessThan(45, tenths.Sum(count => Math.Pow(count - (Draws / 10), 2) / (Draws / 10)));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(511)]
    [DataRow(1025)]
    public void FillGaussian_AnyLength_TakesTwoFromEachPairOfDraws(int length)
    {
        // Single precision of radius and angle.
        const float Tolerance = 1e-5f;
        float[] numbers = new float[length];
        new RandomStream(1, RandomPurpose.ErasingNoise, 2, 3).FillGaussian(numbers);

        var random = new RandomStream(1, RandomPurpose.ErasingNoise, 2, 3);
        for (int start = 0; start < length;)
        {
            int pairs = Math.Min((length - start + 1) / 2, 256);
            double[] radii = [.. Enumerable.Range(0, pairs).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextSingle())))];
            double[] angles = [.. Enumerable.Range(0, pairs).Select(_ => 2 * Math.PI * random.NextSingle())];
            for (int pair = 0; pair < pairs; pair++)
            {
                Assert.AreEqual(radii[pair] * Math.Cos(angles[pair]), numbers[start + pair], Tolerance);
                if (start + pairs + pair < length)
                {
                    Assert.AreEqual(radii[pair] * Math.Sin(angles[pair]), numbers[start + pairs + pair], Tolerance);
                }
            }

            start += 2 * pairs;
        }
    }

    [TestMethod]
    public void FillGaussian_ManyNumbers_AreStandardNormal()
    {
        float[] numbers = new float[Draws];
        new RandomStream(5, RandomPurpose.ErasingNoise, 0, 0).FillGaussian(numbers);

        // Five standard errors: 1, 2 and 96 are the variances of a standard normal number, its square and its fourth power.
        double root = Math.Sqrt(Draws);
        Assert.AreEqual(0, numbers.Average(), 5 / root);
        Assert.AreEqual(1, numbers.Average(number => (double)number * number), 5 * Math.Sqrt(2) / root);
        Assert.AreEqual(3, numbers.Average(number => Math.Pow(number, 4)), 5 * Math.Sqrt(96) / root);
    }
}
