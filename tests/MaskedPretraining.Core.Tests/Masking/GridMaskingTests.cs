using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class GridMaskingTests
{
    private static readonly TrainingProgress Start = new(0, 10);

    [TestMethod]
    public void CountsAt_Fourteen_AreThePublishedOnes() =>
        Assert.AreEqual(new MaskCounts(147, 0, 49), new GridMasking().CountsAt(new PatchGrid(14, 14), Start));

    [TestMethod]
    [DataRow(4, 6, ".#.#.#\n######\n.#.#.#\n######")]
    [DataRow(3, 5, ".#.#.\n#####\n.#.#.")]
    public void Plan_FixedPhase_LooksLikeThis(int rows, int columns, string picture) =>
        Assert.AreEqual(picture, PlanProperties.Picture(new GridMasking(), new PatchGrid(rows, columns), Start, [], sample: 7));

    [TestMethod]
    public void Plan_RandomPhase_DrawsTheFourPicturesEquallyOften()
    {
        const int Samples = 2000;
        var pictures = Enumerable.Range(0, Samples).GroupBy(sample => PlanProperties.Picture(new GridMasking(randomPhase: true), new PatchGrid(2, 4), Start, [], sample)).ToDictionary(group => group.Key, group => group.Count());
        CollectionAssert.AreEquivalent(new[] { ".#.#\n####", "#.#.\n####", "####\n.#.#", "####\n#.#." }, pictures.Keys.ToArray());
        // Standard deviation sqrt(2000 * 0.25 * 0.75) = 19.4.
        Assert.IsTrue(pictures.Values.All(count => Math.Abs(count - 500) < 5 * 19.4), string.Join(", ", pictures.Values));
    }

    [TestMethod]
    public void CountsAt_RandomPhaseOnOddGrid_SaysWhatToDo()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new GridMasking(randomPhase: true).CountsAt(new PatchGrid(7, 8), Start));
        Assert.Contains("Patch grid must have even numbers of rows and columns, to be cut into cells of 2x2 patches (take another image or patch size), but is 7x8.", exception.Message);
    }

    [TestMethod]
    public void CountsAt_OnePatch_IsRefused() => Assert.ThrowsExactly<InvalidOptionsException>(() => new GridMasking().CountsAt(new PatchGrid(1, 1), Start));
}
