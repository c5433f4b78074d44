namespace MaskedPretraining.Core.Models;

[TestClass]
public sealed class SinCosPositionTableTests
{
    // Published to six digits.
    private const double SixDigits = 1e-6;

    [TestMethod]
    public void Create_PatchOfRowTwoColumnFive_HasThePublishedValues()
    {
        float[] table = SinCosPositionTable.Create(new PatchGrid(14, 14), 768, classToken: true);
        var row = table.AsSpan((1 + 2 * 14 + 5) * 768, 768).ToArray();
        Assert.AreEqual(Math.Sin(5), row[0], SixDigits);
        Assert.AreEqual(Math.Cos(5), row[192], SixDigits);
        Assert.AreEqual(Math.Sin(2), row[384], SixDigits);
        Assert.AreEqual(Math.Cos(2), row[576], SixDigits);
        Assert.AreEqual(-0.998573, row[1], SixDigits);
        Assert.AreEqual(0.944237, row[385], SixDigits);
        // 384 pairs of sine and cosine: the norm is sqrt(384).
        Assert.AreEqual(19.5959, Math.Sqrt(row.Sum(value => (double)value * value)), 1e-4);
    }

    [TestMethod]
    public void Create_DecoderWidth_HasThePublishedValue() =>
        Assert.AreEqual(-0.998229, SinCosPositionTable.Create(new PatchGrid(14, 14), 512, classToken: true)[(1 + 2 * 14 + 5) * 512 + 1], SixDigits);

    [TestMethod]
    public void Create_ClassToken_AddsARowOfZerosInFront()
    {
        var grid = new PatchGrid(2, 3);
        float[] with = SinCosPositionTable.Create(grid, 8, classToken: true);
        Assert.IsTrue(with.Take(8).All(value => value == 0));
        CollectionAssert.AreEqual(SinCosPositionTable.Create(grid, 8, classToken: false), with[8..]);
    }

    [TestMethod]
    public void Create_WidthNotDivisibleByFour_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => SinCosPositionTable.Create(new PatchGrid(2, 2), 6, classToken: false));
}
