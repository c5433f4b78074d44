using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Tests.Attention;

[TestClass]
public sealed class AttentionMapTableTests
{
    // Half precision keeps 11 bits.
    private const float HalfPrecision = 1f / 2048;

    [TestMethod]
    public void Set_ThenCopyTo_KeepsHalfPrecisionAndNeighbours()
    {
        var table = new AttentionMapTable(3, new PatchGrid(2, 3));
        float[] map = [0, 0.1f, 0.25f, 0.333f, 0.9f, 1];
        float[] back = new float[6];

        table.Set(1, map);
        table.CopyTo(1, back);

        for (int cell = 0; cell < 6; cell++)
        {
            Assert.AreEqual(map[cell], back[cell], map[cell] * HalfPrecision);
        }

        table.CopyTo(2, back);
        Assert.IsTrue(Array.TrueForAll(back, value => value == 0));
    }

    [TestMethod]
    public void FromTensor_OfToTensor_IsTheSameTable()
    {
        var table = new AttentionMapTable(2, new PatchGrid(1, 2));
        table.Set(1, [0.5f, 0.75f]);
        float[] back = new float[2];

        var copy = AttentionMapTable.FromTensor(table.ToTensor());
        copy.CopyTo(1, back);

        Assert.AreEqual((2, new PatchGrid(1, 2)), (copy.Count, copy.Grid));
        Assert.AreSequenceEqual(new[] { 0.5f, 0.75f }, back);
    }

    [TestMethod]
    public void FromTensor_WrongType_SaysWhichAndWhat()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => AttentionMapTable.FromTensor(new TensorData(TensorElementType.F32, [1, 1, 1], new byte[4])));

        Assert.Contains("F32 [1, 1, 1]", error.Message);
    }

    [TestMethod]
    public void Create_MoreThanAnArrayHolds_SaysHowMuchAndWhatToDo()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new AttentionMapTable(2_000_000, new PatchGrid(32, 32)));
        StringAssert.Contains(exception.Message, "2000000 images with 32x32 cells take 4096000000 bytes");
        StringAssert.Contains(exception.Message, "Use larger patches");
    }
}
