namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class BoundingBoxTests
{
    [TestMethod]
    public void OverlapWith_HalfCoveredBox_IsCommonOverUnion() =>
        Assert.AreEqual(2.0 / 6, new BoundingBox(0, 0, 2, 2).OverlapWith(new BoundingBox(1, 0, 3, 2)), 1e-15);

    [TestMethod]
    public void OverlapWith_BoxesApartInBothDirections_IsZero() =>
        Assert.AreEqual(0, new BoundingBox(0, 0, 1, 1).OverlapWith(new BoundingBox(3, 3, 5, 5)));

    [TestMethod]
    public void OverlapWith_BoxesWithoutArea_IsZero() => Assert.AreEqual(0, default(BoundingBox).OverlapWith(default));
}
