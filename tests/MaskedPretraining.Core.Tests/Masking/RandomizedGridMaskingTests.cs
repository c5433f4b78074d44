using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class RandomizedGridMaskingTests
{
    private static readonly TrainingProgress Start = new(0, 10);

    [TestMethod]
    public void Plan_FirstSample_LooksLikeThis() =>
        Assert.AreEqual("###.##.#\n#.##.###\n#.###..#\n###.####", PlanProperties.Picture(new RandomizedGridMasking(), new PatchGrid(4, 8), Start, [], sample: 0));

    [TestMethod]
    public void Plan_EveryCell_KeepsOneOfFour()
    {
        var grid = new PatchGrid(6, 8);
        for (long sample = 0; sample < 50; sample++)
        {
            var cells = PlanProperties.Plan(new RandomizedGridMasking(), grid, Start, [], sample).Visible.Select(patch => (patch / 8 / 2, patch % 8 / 2));
            Assert.HasCount(12, cells.Distinct());
        }
    }

    [TestMethod]
    public void Plan_ManySamples_MasksEveryPatchEquallyOften()
    {
        const int Samples = 4000;
        PlanProperties.AssertEven(PlanProperties.MaskedShares(new RandomizedGridMasking(), new PatchGrid(4, 4), Start, [], Samples), 0.75, Samples);
    }

    [TestMethod]
    [DataRow(7, 8)]
    [DataRow(8, 7)]
    public void CountsAt_OddGrid_IsRefused(int rows, int columns) =>
        Assert.Contains($"but is {rows}x{columns}", Assert.ThrowsExactly<InvalidOptionsException>(() => new RandomizedGridMasking().CountsAt(new PatchGrid(rows, columns), Start)).Message);
}
