using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Evaluation;

[TestClass]
public sealed class AttentionMapEvaluatorTests
{
    private const double Exact = 1e-6; // maps are single precision

    private static readonly AttentionGrid Corner = new(new PatchGrid(2, 2), [0, 0, 0, 1]);

    [TestMethod]
    public void Add_MapOnItsObject_ScoresFull()
    {
        var evaluator = new AttentionMapEvaluator();
        evaluator.Add(Corner, Mask(8, 8, (y, x) => y >= 4 && x >= 4));
        var metrics = evaluator.Result();
        Assert.AreEqual(1, metrics.CorLoc);
        Assert.AreEqual(1, metrics.BoxIou, Exact);
        Assert.AreEqual(1, metrics.PointingGame);
        Assert.AreEqual(1, metrics.EnergyInside, Exact);
        Assert.AreEqual(0.25, metrics.AreaShare, Exact);
        // Enlarged linearly the map fades out over the object's border, and 0.5 lies inside of it.
        Assert.IsTrue(metrics.MaskIou is > 0.5 and < 1, $"{metrics.MaskIou}");
        Assert.IsGreaterThan(0.9, metrics.PixelAccuracy!.Value);
        Assert.IsNotNull(metrics.MaxFBeta);
    }

    [TestMethod]
    public void Add_BoxAndItsMask_AgreeInAllButPixels()
    {
        var map = new AttentionGrid(new PatchGrid(3, 5), [.. Enumerable.Range(0, 15).Select(cell => cell * 7 % 11 / 10f)]);
        var (byMask, byBox) = (new AttentionMapEvaluator(), new AttentionMapEvaluator());
        // 12 x 20 pixels: cells of four by four, and a box that cuts through them.
        byMask.Add(map, Mask(12, 20, (y, x) => y is >= 3 and < 10 && x is >= 6 and < 17));
        byBox.Add(map, [new BoundingBox(6 / 20.0, 3 / 12.0, 17 / 20.0, 10 / 12.0)]);
        var (mask, box) = (byMask.Result(), byBox.Result());
        Assert.AreEqual(mask.EnergyInside, box.EnergyInside, Exact);
        Assert.AreEqual(mask.AreaShare, box.AreaShare, Exact);
        Assert.AreEqual(mask.BoxIou, box.BoxIou, Exact);
        Assert.AreEqual(mask.PointingGame, box.PointingGame);
        Assert.IsNull(box.MaskIou);
        Assert.IsNull(box.PixelAccuracy);
        Assert.IsNull(box.MaxFBeta);
    }

    [TestMethod]
    public void Add_OverlappingBoxes_CountTheirUnionOnce()
    {
        var evaluator = new AttentionMapEvaluator();
        evaluator.Add(new AttentionGrid(new PatchGrid(1, 2), [1, 1]), [new(0, 0, 0.5, 1), new(0.25, 0, 0.75, 1)]);
        Assert.AreEqual(0.75, evaluator.Result().EnergyInside, Exact);
    }

    [TestMethod]
    public void Add_PublishedMap_HasSixTenthsOfItsEnergyInTheRightColumn()
    {
        var evaluator = new AttentionMapEvaluator();
        evaluator.Add(new AttentionGrid(new PatchGrid(2, 2), [1, 2, 3, 4]), [new(0.5, 0, 1, 1)]);
        Assert.AreEqual(0.6, evaluator.Result().EnergyInside, Exact);
    }

    [TestMethod]
    public void Add_ConstantMap_IsAMissWithTheObjectsShareOfEnergy()
    {
        var evaluator = new AttentionMapEvaluator();
        evaluator.Add(new AttentionGrid(new PatchGrid(3, 3), [.. Enumerable.Repeat(0.5f, 9)]), Mask(9, 9, (y, _) => y > 5));
        Assert.AreEqual(0, evaluator.Result().CorLoc);
        Assert.AreEqual(evaluator.Result().AreaShare, evaluator.Result().EnergyInside, Exact);
    }

    [TestMethod]
    public void Add_EmptyMask_IsRefused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new AttentionMapEvaluator().Add(Corner, Mask(2, 2, (_, _) => false))).Message, "empty");

    [TestMethod]
    public void Add_BoxOutsideOfTheImage_IsRefused()
    {
        foreach (var box in new BoundingBox[] { new(0, 0, 20, 20), new(0.5, 0, 0.5, 1), new(double.NaN, 0, 1, 1), new(-0.1, 0, 1, 1) })
        {
            Assert.ThrowsExactly<ArgumentException>(() => new AttentionMapEvaluator().Add(Corner, [box]), $"{box}");
        }
    }

    [TestMethod]
    public void Add_NoBox_IsRefused() => Assert.ThrowsExactly<ArgumentException>(() => new AttentionMapEvaluator().Add(Corner, []));

    [TestMethod]
    public void Enlarge_TwoCells_MeetHalfWay()
    {
        // Middles of the cells lie at 1 and 3 of four pixels.
        CollectionAssert.AreEqual(new[] { 0, 0.25f, 0.75f, 1 }, new AttentionGrid(new PatchGrid(1, 2), [0, 1]).Enlarge(1, 4));
    }

    private static ObjectMask Mask(int height, int width, Func<int, int, bool> isInside) =>
        new(height, width, [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) select isInside(y, x)]);
}
