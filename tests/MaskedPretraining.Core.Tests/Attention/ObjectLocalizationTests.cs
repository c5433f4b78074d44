using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class ObjectLocalizationTests
{
    private const double Exact = 1e-12;

    private static readonly AttentionGrid Map = new(new PatchGrid(2, 2), [1, 2, 3, 4]);

    [TestMethod]
    public void Score_ObjectInTheRightColumn_HoldsSixTenthsOfTheMass()
    {
        var score = ObjectLocalization.Score(Map, Mask(4, 4, (_, x) => x >= 2), 4, 4);
        // (2 + 4) / (1 + 2 + 3 + 4)
        Assert.AreEqual(0.6, score.InsideShare, Exact);
        Assert.AreEqual(0.5, score.AreaShare, Exact);
        Assert.IsTrue(score.IsHit);
    }

    [TestMethod]
    public void Score_ObjectInHalfACell_TakesHalfOfItsMass() =>
        Assert.AreEqual(0.2, ObjectLocalization.Score(Map, Mask(4, 4, (y, x) => y >= 2 && x == 3), 4, 4).InsideShare, Exact);

    [TestMethod]
    public void Score_ConstantMap_GetsTheObjectsArea()
    {
        var flat = new AttentionGrid(new PatchGrid(3, 5), [.. Enumerable.Repeat(0.7f, 15)]);
        var score = ObjectLocalization.Score(flat, Mask(7, 11, (y, x) => y * x > 12), 7, 11);
        Assert.AreEqual(score.AreaShare, score.InsideShare, 1e-6, "sum of 77 singles");
    }

    [TestMethod]
    public void Score_PeakBesideTheObject_IsAHitWithinTheToleranceOnly()
    {
        // The peak points at the middle of the lower right cell, (6, 6); the object's nearest pixel has its middle at (6.5, 3.5), 2.55 pixels away.
        bool[] mask = Mask(8, 8, (_, x) => x < 4);
        Assert.IsFalse(ObjectLocalization.Score(Map, mask, 8, 8).IsHit);
        Assert.IsFalse(ObjectLocalization.Score(Map, mask, 8, 8, tolerance: 2.5).IsHit);
        Assert.IsTrue(ObjectLocalization.Score(Map, mask, 8, 8, tolerance: 2.6).IsHit);
    }

    [TestMethod]
    public void Score_MapOfZeros_HasNoMassInside() =>
        Assert.AreEqual(0, ObjectLocalization.Score(new AttentionGrid(new PatchGrid(1, 2), [0, 0]), [true, true], 1, 2).InsideShare);

    [TestMethod]
    public void Score_NegativeValue_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => ObjectLocalization.Score(new AttentionGrid(new PatchGrid(1, 2), [0, -1]), [true, true], 1, 2));

    private static bool[] Mask(int height, int width, Func<int, int, bool> isInside) =>
        [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) select isInside(y, x)];
}
