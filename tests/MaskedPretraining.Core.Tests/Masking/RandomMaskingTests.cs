using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class RandomMaskingTests
{
    private static readonly TrainingProgress Start = new(0, 10);

    [TestMethod]
    [DataRow(14, 14, 0.75, 49)]
    [DataRow(8, 8, 0.75, 16)]
    [DataRow(3, 5, 0.7, 4)]
    [DataRow(4, 5, 0.9, 1)] // exact decimals would leave 2: 20 * (1 - 0.9) is 1.9999999999999996 in double precision
    public void CountsAt_Ratio_CutsAsMae(int rows, int columns, double ratio, int visible) =>
        Assert.AreEqual(new MaskCounts(rows * columns - visible, 0, visible), new RandomMasking(ratio).CountsAt(new PatchGrid(rows, columns), Start));

    [TestMethod]
    [DataRow(1, 1, 0.75)]
    [DataRow(6, 6, 0.5)]
    [DataRow(3, 7, 0.3)]
    [DataRow(40, 40, 0.75)]
    public void Plan_AnyGrid_KeepsTheProperties(int rows, int columns, double ratio)
    {
        if (rows * columns > 1)
        {
            PlanProperties.AssertHold(new RandomMasking(ratio), new PatchGrid(rows, columns), Start, []);
        }
        else
        {
            Assert.ThrowsExactly<InvalidOptionsException>(() => new RandomMasking(ratio).CountsAt(new PatchGrid(rows, columns), Start));
        }
    }

    [TestMethod]
    public void Plan_FirstSample_LooksLikeThis()
    {
        // The picture is part of what a seed means: it must not change from one version to the next.
        var grid = new PatchGrid(4, 6);
        var (visible, masked) = PlanProperties.Plan(new RandomMasking(), grid, Start, [], sample: 0);
        Assert.AreEqual("###.##\n#..##.\n##.###\n#.####", MaskPicture.Of(grid, visible, masked));
    }

    [TestMethod]
    public void Plan_ManySamples_MasksEveryPatchEquallyOften()
    {
        var grid = new PatchGrid(4, 4);
        var masked = new int[grid.Count];
        const int Samples = 4000;
        for (long sample = 0; sample < Samples; sample++)
        {
            Array.ForEach(PlanProperties.Plan(new RandomMasking(), grid, Start, [], sample).Masked, patch => masked[patch]++);
        }

        // 0.75 of 4000; standard deviation sqrt(4000 * 0.75 * 0.25) = 27.4.
        Assert.IsTrue(Array.TrueForAll(masked, count => Math.Abs(count - 3000) < 5 * 27.4), string.Join(", ", masked));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0)]
    [DataRow(-0.1)]
    [DataRow(double.NaN)]
    public void Constructor_RatioOutOfRange_NamesItAndItsValue(double ratio)
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new RandomMasking(ratio));
        Assert.Contains(FormattableString.Invariant($"MaskRatio must lie between 0 and 1, both excluded, but is {ratio}."), exception.Message);
    }

    [TestMethod]
    public void CountsAt_NoPatchLeftVisible_SaysWhatToDo()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new RandomMasking(0.9).CountsAt(new PatchGrid(2, 3), Start));
        Assert.AreEqual(
            "RandomMasking cannot be used: Visible patches at MaskRatio 0.9 must be at least 1 of the 6 on the 2x3 grid (mask or throw less, or take smaller patches or larger images), but is 0.",
            exception.Message);
    }

    [TestMethod]
    public void Plan_WrongLengths_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new RandomMasking().Plan(
            new SampleContext(new PatchGrid(2, 2), Start, new Randomness.RandomStream(1, Randomness.RandomPurpose.Mask, 0, 0)), new int[2], new int[2]));
}
