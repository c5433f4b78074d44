using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class AttentionGridTests
{
    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void Constructor_ValueNotFinite_NamesTheCell(float value) =>
        Assert.Contains("Cell 1", Assert.ThrowsExactly<ArgumentException>(() => new AttentionGrid(new PatchGrid(1, 2), [0, value])).Message);

    [TestMethod]
    public void Constructor_WrongNumberOfValues_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new AttentionGrid(new PatchGrid(2, 2), new float[3]));
}
