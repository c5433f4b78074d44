using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class BoxCoverageTests
{
    private static readonly PatchGrid Grid = new(2, 3);

    [TestMethod]
    public void Fill_NumbersUpToOne_AreSharesOfTheImage()
    {
        float[] shares = new float[16], pixels = new float[16];
        BoxCoverage.Fill([0.25f, 0.5f, 0.875f, 1], 80, 40, new PatchGrid(4, 4), shares);
        BoxCoverage.Fill([10, 40, 35, 80], 80, 40, new PatchGrid(4, 4), pixels);
        CollectionAssert.AreEqual(pixels, shares);
    }

    [TestMethod]
    public void Fill_PartOfTheCells_GivesTheSharesThatAreCovered()
    {
        // Cells of 10 x 10 pixels.
        CollectionAssert.AreEqual(new[] { 0.25f, 0.5f, 0, 0.1f, 0.2f, 0 }, Map(5, 5, 20, 12, 20, 30), Comparer<float>.Create((a, b) => Math.Abs(a - b) < 1e-6f ? 0 : a.CompareTo(b)));
    }

    [TestMethod]
    public void Fill_MoreThanTheImage_CoversItAll() => CollectionAssert.AreEqual(Enumerable.Repeat(1f, 6).ToArray(), Map(-5, -1, 99, 99, 20, 30));

    [TestMethod]
    [DataRow(0f, 0f, 0f, 0f)]
    [DataRow(40f, 5f, 50f, 10f)]
    [DataRow(-9f, 5f, -2f, 10f)]
    public void Fill_NothingOfTheImage_CoversNothing(float x0, float y0, float x1, float y1) => CollectionAssert.AreEqual(new float[6], Map(x0, y0, x1, y1, 20, 30));

    [TestMethod]
    [DataRow(5f, 0f, 4f, 1f)]
    [DataRow(0f, 5f, 1f, 4f)]
    [DataRow(float.NaN, 0f, 1f, 1f)]
    [DataRow(0f, 0f, float.PositiveInfinity, 1f)]
    public void Fill_NoBox_IsRefused(float x0, float y0, float x1, float y1) =>
        Assert.Contains("x0 <= x1", Assert.ThrowsExactly<ArgumentException>(() => Map(x0, y0, x1, y1, 20, 30)).Message);

    private static float[] Map(float x0, float y0, float x1, float y1, int height, int width)
    {
        var map = new float[Grid.Count];
        BoxCoverage.Fill([x0, y0, x1, y1], height, width, Grid, map);
        return map;
    }
}
