using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class BlockMaskingTests
{
    private static readonly PatchGrid Fourteen = new(14, 14);
    private static readonly TrainingProgress Start = new(0, 10);

    [TestMethod]
    [DataRow(0.4, 14, 14, 78)]
    [DataRow(75.0 / 196, 14, 14, 75)]
    [DataRow(0.125, 4, 5, 2)] // 2.5, half to even
    [DataRow(0.125, 4, 7, 4)] // 3.5, half to even
    public void CountsAt_Ratio_IsRounded(double ratio, int rows, int columns, int masked)
    {
        var grid = new PatchGrid(rows, columns);
        Assert.AreEqual(new MaskCounts(masked, 0, grid.Count - masked), new BlockMasking(new() { MaskRatio = ratio }).CountsAt(grid, Start));
    }

    [TestMethod]
    public void Plan_FirstSample_LooksLikeThis() =>
        Assert.AreEqual("............\n......#####.\n......#####.\n.####.#####.\n.####.#####.\n....#.#####.\n......#####.\n......#####.\n.....##.....\n.....##.....", PlanProperties.Picture(new BlockMasking(), new PatchGrid(10, 12), Start, [], sample: 0));

    [TestMethod]
    [DataRow(75, 16, 74.5, 66, 0.68)]
    [DataRow(78, 15, 77.6, 70, 0.71)]
    [DataRow(147, 16, 146.3, 118, 0.64)]
    public void Plan_Varying_HasThePublishedCounts(int wanted, int minBlock, double mean, int min, double exact)
    {
        const int Plans = 3000;
        // Published from 3,000 draws to one digit and two; the standard deviation of a count is below 5, that of a share 0.009 on both sides.
        const double MeanTolerance = 0.4;
        const double ExactTolerance = 0.05;
        var masking = new BlockMasking(new() { MaskRatio = wanted / 196.0, MinBlock = minBlock, Exact = false });
        int[] counts = [.. Enumerable.Range(0, Plans).Select(sample => PlanProperties.Plan(masking, Fourteen, Start, [], sample).Masked.Length)];
        Assert.AreEqual(mean, counts.Average(), MeanTolerance);
        Assert.AreEqual(exact, counts.Count(count => count == wanted) / (double)Plans, ExactTolerance);
        Assert.AreEqual(wanted, counts.Max());
        // The smallest of thousands varies much more than the mean; a sampler that gives up too early falls far below.
        Assert.IsGreaterThan(min - (wanted / 6), counts.Min());
    }

    [TestMethod]
    public void Plan_Exact_HasTheSameCountForEveryImageAndStartsWithTheSameBlocks()
    {
        var exact = new BlockMasking();
        var varying = new BlockMasking(new() { Exact = false });
        Assert.IsTrue(varying.VariesBetweenImages);
        Assert.IsFalse(((IMaskingStrategy)exact).VariesBetweenImages);
        for (long sample = 0; sample < 200; sample++)
        {
            int[] all = PlanProperties.Plan(exact, Fourteen, Start, [], sample).Masked;
            Assert.HasCount(78, all);
            CollectionAssert.IsSubsetOf(PlanProperties.Plan(varying, Fourteen, Start, [], sample).Masked, all);
        }
    }

    [TestMethod]
    public void Plan_OneSquareBlock_LiesEverywhereEquallyOften()
    {
        const int Samples = 2000;
        var masking = new BlockMasking(new() { MaskRatio = 9 / 196.0, MinBlock = 9, MinAspect = 1, Exact = false });
        var tops = new double[12];
        var lefts = new double[12];
        for (long sample = 0; sample < Samples; sample++)
        {
            int[] masked = PlanProperties.Plan(masking, Fourteen, Start, [], sample).Masked;
            var (top, left) = (masked[0] / 14, masked[0] % 14);
            CollectionAssert.AreEqual(Enumerable.Range(0, 9).Select(i => (top + i / 3) * 14 + left + i % 3).ToArray(), masked);
            tops[top] += 1.0 / Samples;
            lefts[left] += 1.0 / Samples;
        }

        PlanProperties.AssertEven(tops, 1.0 / 12, Samples);
        PlanProperties.AssertEven(lefts, 1.0 / 12, Samples);
    }

    [TestMethod]
    public void Plan_ManySamples_HangsTogetherMoreThanRandomMasking()
    {
        double random = PlanProperties.NeighbourAgreement(new RandomMasking(0.6), Fourteen, Start, 100);
        double blocks = PlanProperties.NeighbourAgreement(new BlockMasking(new() { MaskRatio = 0.6 }), Fourteen, Start, 100);
        Assert.AreEqual(0.52, random, 0.02);
        Assert.IsGreaterThan(0.75, blocks);
    }

    [TestMethod]
    [DataRow(1, 8)]
    [DataRow(8, 1)]
    public void CountsAt_SingleRowOrColumn_IsRefused(int rows, int columns)
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new BlockMasking().CountsAt(new PatchGrid(rows, columns), Start));
        Assert.Contains($"Patch grid must have at least 2 rows and 2 columns, since blocks are smaller than the grid, but is {rows}x{columns}.", exception.Message);
    }

    [TestMethod]
    public void CountsAt_NothingMasked_SaysWhatToDo()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new BlockMasking(new() { MaskRatio = 0.1 }).CountsAt(new PatchGrid(2, 2), Start));
        Assert.Contains("Masked patches at MaskRatio 0.1 must be at least 1 of the 4 on the 2x2 grid", exception.Message);
    }

    [TestMethod]
    public void Constructor_SeveralBadOptions_NamesAll()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new BlockMasking(new() { MaskRatio = 0, MinBlock = 9, MaxBlock = 8, MinAspect = 1.5 }));
        foreach (string name in new[] { "MaskRatio", "MaxBlock", "MinAspect" })
        {
            Assert.Contains(name, exception.Message);
        }
    }
}
