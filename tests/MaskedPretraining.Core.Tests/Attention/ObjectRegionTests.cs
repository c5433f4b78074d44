using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class ObjectRegionTests
{
    [TestMethod]
    public void Find_TwoSpots_KeepsTheBrighterOne()
    {
        var region = ObjectRegion.Find<float>([5, 0, 0, 0, 0, 0, 6, 7, 0, 0, 0, 6], new PatchGrid(3, 4))!;
        Assert.AreEqual(7, region.Seed);
        CollectionAssert.AreEqual(new[] { true, false, false, false, false, false, true, true, false, false, false, true }, region.Partition);
        CollectionAssert.AreEqual(new[] { false, false, false, false, false, false, true, true, false, false, false, true }, region.Component);
        Assert.AreEqual(new BoundingBox(2, 1, 4, 3), region.Box);
    }

    [TestMethod]
    public void Find_SpotsThatTouchByACorner_AreTwo()
    {
        var region = ObjectRegion.Find<float>([1, 0, 0, 2], new PatchGrid(2, 2))!;
        CollectionAssert.AreEqual(new[] { false, false, false, true }, region.Component);
    }

    [TestMethod]
    public void Find_RowsDoNotConnectAtTheirEnds()
    {
        // The last cell of row 0 and the first of row 1 are neighbours in memory only.
        var region = ObjectRegion.Find<float>([0, 0, 2, 1, 0, 0], new PatchGrid(2, 3))!;
        CollectionAssert.AreEqual(new[] { false, false, true, false, false, false }, region.Component);
    }

    [TestMethod]
    public void Find_Snake_IsFollowedToItsEnd()
    {
        var region = ObjectRegion.Find<float>([1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 2, 1, 1], new PatchGrid(5, 3))!;
        Assert.AreEqual(11, region.Component.Count(cell => cell));
    }

    [TestMethod]
    public void Find_ConstantMap_HasNoObject() => Assert.IsNull(ObjectRegion.Find<double>([0.1, 0.1, 0.1], new PatchGrid(1, 3)));

    [TestMethod]
    public void Find_OtherGrid_IsRefused() => Assert.ThrowsExactly<ArgumentException>(() => ObjectRegion.Find<float>([1, 2], new PatchGrid(2, 2)));
}
