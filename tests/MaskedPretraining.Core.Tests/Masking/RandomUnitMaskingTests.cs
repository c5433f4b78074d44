using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class RandomUnitMaskingTests
{
    private static readonly PatchGrid Fourteen = new(14, 14);
    private static readonly TrainingProgress Start = new(0, 10);

    [TestMethod]
    [DataRow(0.60, 0.0, 30, 0, 19)]
    [DataRow(0.44, 0.26, 22, 13, 14)]
    [DataRow(0.33, 0.50, 17, 25, 7)]
    public void CountsAt_UnitsOfFourPatches_AreThePublishedOnes(double maskRatio, double throwRatio, int masked, int thrown, int visible) =>
        Assert.AreEqual(new MaskCounts(4 * masked, 4 * thrown, 4 * visible), new RandomUnitMasking(maskRatio, 2, throwRatio).CountsAt(Fourteen, Start));

    [TestMethod]
    public void Plan_FirstSample_LooksLikeThis() =>
        Assert.AreEqual("xx####..\nxx####..\n##..####\n##..####\n##..xxxx\n##..xxxx", PlanProperties.Picture(new RandomUnitMasking(0.5, 2, 0.2), new PatchGrid(6, 8), Start, [], sample: 0));

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Plan_AnyUnit_TreatsItsPatchesAlike(int side)
    {
        var grid = new PatchGrid(3 * side, 4 * side);
        for (long sample = 0; sample < 20; sample++)
        {
            string[] rows = PlanProperties.Picture(new RandomUnitMasking(0.4, side, 0.2), grid, Start, [], sample).Split('\n');
            for (int patch = 0; patch < grid.Count; patch++)
            {
                var (row, column) = (patch / grid.Columns, patch % grid.Columns);
                Assert.AreEqual(rows[row / side * side][column / side * side], rows[row][column]);
            }
        }
    }

    [TestMethod]
    public void Plan_ManySamples_MasksEveryPatchEquallyOften()
    {
        const int Samples = 4000;
        PlanProperties.AssertEven(PlanProperties.MaskedShares(new RandomUnitMasking(0.5, 2, 0.2), new PatchGrid(4, 8), Start, [], Samples), 4.0 / 8, Samples);
    }

    [TestMethod]
    [DataRow(2, 3, 4)]
    [DataRow(2, 4, 3)]
    [DataRow(8, 4, 4)]
    public void CountsAt_UnitsDoNotDivideTheGrid_SaysSo(int side, int rows, int columns)
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new RandomUnitMasking(unitSide: side).CountsAt(new PatchGrid(rows, columns), Start));
        Assert.Contains($"UnitSide must divide both sides of the {rows}x{columns} grid of patches (take another side, or another image or patch size), but is {side}.", exception.Message);
    }

    [TestMethod]
    public void CountsAt_RoundedUpCountsFillTheImage_SaysSo()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new RandomUnitMasking(0.6, 2, 0.3).CountsAt(new PatchGrid(4, 4), Start));
        Assert.Contains("Visible patches at MaskRatio 0.6 with ThrowRatio 0.3 of 4 units must be at least 1", exception.Message);
    }

    [TestMethod]
    public void Constructor_SeveralBadValues_NamesAll()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new RandomUnitMasking(1, 0, double.NaN));
        Assert.Contains("MaskRatio must lie between 0 and 1, both excluded, but is 1.", exception.Message);
        Assert.Contains("UnitSide must be at least 1, but is 0.", exception.Message);
        Assert.Contains("ThrowRatio must be at least 0 and less than 1, but is NaN.", exception.Message);
    }
}
