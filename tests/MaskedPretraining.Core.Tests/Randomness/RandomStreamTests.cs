namespace MaskedPretraining.Core.Randomness;

[TestClass]
public sealed class RandomStreamTests
{
    private const int Draws = 100_000;

    // Means of 100,000 draws: five standard errors, sqrt(variance / 100,000).
    private const double UniformMeanTolerance = 5 * 0.2887 / 316;
    private const double GaussianMeanTolerance = 5 * 1.0 / 316;
    private const double GumbelMeanTolerance = 5 * 1.2825 / 316;

    // Chi-square with 9 degrees of freedom exceeds this once in a million times.
    private const double ChiSquareOfNine = 45;

    [TestMethod]
    [DataRow(0u, 0u, 0u, 0u, 0u, 0u, new[] { 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u })]
    [DataRow(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, new[] { 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu })]
    [DataRow(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, new[] { 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u })]
    public void Philox_KnownAnswers_AreThoseOfItsAuthors(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint[] expected) =>
        CollectionAssert.AreEqual(expected, RandomStream.Block(c0, c1, c2, c3, k0, k1));

    [TestMethod]
    public void NextUInt32_FirstStream_StartsWithTheBlockOfCounterZero()
    {
        var stream = new RandomStream(0, RandomPurpose.Order, 0, 0);
        Assert.AreEqual(0x6627e8d5u, stream.NextUInt32());
        Assert.AreEqual(0xe169c58du, stream.NextUInt32());
    }

    [TestMethod]
    public void NextUInt32_SameKey_RepeatsTheStream() =>
        CollectionAssert.AreEqual(Bits(new RandomStream(7, RandomPurpose.Mask, 3, 11)), Bits(new RandomStream(7, RandomPurpose.Mask, 3, 11)));

    [TestMethod]
    public void Open_InPlaceOfAStreamThatWasUsed_StartsTheOtherFromItsBeginning()
    {
        var stream = new RandomStream(1, RandomPurpose.Crop, 5, 6);
        stream.NextUInt32();
        stream.NextGaussian();

        CollectionAssert.AreEqual(Bits(new RandomStream(7, RandomPurpose.Mask, 3, 11)), Bits(stream.Open(7, RandomPurpose.Mask, 3, 11)));
    }

    [TestMethod]
    public void NextUInt32_AnyPartOfTheKeyChanged_GivesAnotherStream()
    {
        uint[][] streams =
        [
            Bits(new RandomStream(7, RandomPurpose.Mask, 3, 11)),
            Bits(new RandomStream(8, RandomPurpose.Mask, 3, 11)),
            Bits(new RandomStream(7UL << 32, RandomPurpose.Mask, 3, 11)),
            Bits(new RandomStream(7, RandomPurpose.Crop, 3, 11)),
            Bits(new RandomStream(7, RandomPurpose.Mask, 4, 11)),
            Bits(new RandomStream(7, RandomPurpose.Mask, 3, 12)),
            Bits(new RandomStream(7, RandomPurpose.Mask, 3, 11L << 32)),
        ];
        // No two of 56 words of 32 bits are equal, unless streams overlap (by chance: once in three million).
        Assert.AreEqual(streams.Sum(stream => stream.Length), streams.SelectMany(stream => stream).Distinct().Count());
    }

    [TestMethod]
    public void NextSingle_NeighbouringSamples_AreUncorrelated()
    {
        double sum = 0;
        for (int index = 0; index < Draws; index++)
        {
            double a = new RandomStream(1, RandomPurpose.Mask, 0, index).NextSingle() - 0.5;
            double b = new RandomStream(1, RandomPurpose.Mask, 0, index + 1).NextSingle() - 0.5;
            sum += 12 * a * b;
        }

        Assert.AreEqual(0, sum / Draws, 5.0 / 316, "correlation, five standard errors");
    }

    [TestMethod]
    public void NextSingle_ManyDraws_FillTheUnitIntervalEvenly()
    {
        var stream = new RandomStream(2, RandomPurpose.Crop, 0, 0);
        Assert.IsLessThan(ChiSquareOfNine, ChiSquare(() => (int)(stream.NextSingle() * 10)));
    }

    [TestMethod]
    public void NextDouble_ManyDraws_FillTheUnitIntervalEvenly()
    {
        var stream = new RandomStream(3, RandomPurpose.Crop, 0, 0);
        Assert.IsLessThan(ChiSquareOfNine, ChiSquare(() => (int)(stream.NextDouble() * 10)));
        Assert.AreEqual(0.5, Enumerable.Range(0, Draws).Average(_ => stream.NextDouble()), UniformMeanTolerance);
    }

    [TestMethod]
    public void NextInt32_ManyDraws_AreEvenBelowTheBound()
    {
        var stream = new RandomStream(4, RandomPurpose.Order, 0, 0);
        Assert.IsLessThan(ChiSquareOfNine, ChiSquare(() => stream.NextInt32(10)));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(int.MaxValue)]
    public void NextInt32_AnyBound_StaysInside(int bound)
    {
        var stream = new RandomStream(5, RandomPurpose.Order, 0, 0);
        for (int i = 0; i < 1000; i++)
        {
            Assert.IsInRange(0, bound - 1, stream.NextInt32(bound));
        }
    }

    [TestMethod]
    public void NextInt32_BoundZero_IsRefused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RandomStream(5, RandomPurpose.Order, 0, 0).NextInt32(0));

    [TestMethod]
    public void NextGaussian_ManyDraws_HaveMeanZeroAndVarianceOne()
    {
        var stream = new RandomStream(6, RandomPurpose.Initialization, 0, 0);
        double[] draws = [.. Enumerable.Range(0, Draws).Select(_ => stream.NextGaussian())];
        Assert.AreEqual(0, draws.Average(), GaussianMeanTolerance);
        // The variance of a squared standard normal number is 2.
        Assert.AreEqual(1, draws.Average(draw => draw * draw), GaussianMeanTolerance * Math.Sqrt(2));
    }

    [TestMethod]
    public void NextGumbel_ManyDraws_HaveEulersConstantAsMeanAndStayFinite()
    {
        var stream = new RandomStream(7, RandomPurpose.Mask, 0, 0);
        double[] draws = [.. Enumerable.Range(0, Draws).Select(_ => stream.NextGumbel())];
        Assert.AreEqual(0.5772, draws.Average(), GumbelMeanTolerance);
        Assert.IsTrue(Array.TrueForAll(draws, double.IsFinite));
    }

    [TestMethod]
    public void Shuffle_ManyTimes_PutsEveryItemEverywhereEquallyOften()
    {
        var stream = new RandomStream(8, RandomPurpose.Order, 0, 0);
        int[] first = new int[6];
        for (int i = 0; i < 6000; i++)
        {
            int[] items = [0, 1, 2];
            stream.Shuffle<int>(items);
            CollectionAssert.AreEquivalent(new[] { 0, 1, 2 }, items);
            first[items[0] * 2 + (items[1] > items[2] ? 1 : 0)]++;
        }

        // Six orders, 1000 each: standard deviation sqrt(6000 * 1/6 * 5/6) = 29.
        Assert.IsTrue(Array.TrueForAll(first, count => Math.Abs(count - 1000) < 5 * 29), string.Join(", ", first));
    }

    [TestMethod]
    [DataRow(-1, 0L)]
    [DataRow(1 << 24, 0L)]
    [DataRow(0, -1L)]
    public void Constructor_KeyOutOfRange_IsRefused(int epoch, long index) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RandomStream(1, RandomPurpose.Mask, epoch, index));

    private static uint[] Bits(RandomStream stream) => [.. Enumerable.Range(0, 8).Select(_ => stream.NextUInt32())];

    private static double ChiSquare(Func<int> draw)
    {
        var counts = new int[10];
        for (int i = 0; i < Draws; i++)
        {
            counts[draw()]++;
        }

        return counts.Sum(count => Math.Pow(count - Draws / 10.0, 2) / (Draws / 10.0));
    }
}
