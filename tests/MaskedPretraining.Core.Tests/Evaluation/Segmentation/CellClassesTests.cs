using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Evaluation.Segmentation;

[TestClass]
public sealed class CellClassesTests
{
    // Sums of a few dozen shares in single precision.
    private const float Single = 1e-5f;

    [TestMethod]
    public void Fill_WholePixelsInCells_CountsThem()
    {
        byte[] classes =
        [
            0, 0, 1, 1,
            0, 1, 1, 255,
            2, 2, 255, 255,
            2, 2, 255, 255,
        ];
        AssertShares([.75f, 0, 0, 0, .25f, .75f, 0, 0, 0, 0, 1, 0], Fill(new ClassMask(4, 4, classes), 3, new PatchGrid(2, 2)));
    }

    [TestMethod]
    public void Fill_PixelsAcrossCells_AreDivided() =>
        // Three pixels on two cells: the middle one belongs to both by halves, two thirds of a cell are a pixel.
        AssertShares([2 / 3f, 0, 1 / 3f, 1], Fill(new ClassMask(1, 3, [0, 1, 1]), 2, new PatchGrid(1, 2)));

    [TestMethod]
    public void Fill_MaskCoarserThanTheGrid_RepeatsIt() =>
        AssertShares([1, 1, 0, 0, 0, 0, 1, 1], Fill(new ClassMask(1, 2, [0, 1]), 2, new PatchGrid(1, 4)));

    [TestMethod]
    [DataRow(13, 17, 4, 5)]
    [DataRow(4, 3, 6, 7)]
    [DataRow(8, 8, 4, 4)]
    public void Fill_RandomMasks_AgreesWithManySamples(int height, int width, int rows, int columns)
    {
        // So many samples along a side of a mask that they fall evenly into pixels and into cells.
        int down = height * rows, across = width * columns;
        var random = new RandomStream(1, RandomPurpose.Scene, 0, height);
        var mask = new ClassMask(height, width, [.. Enumerable.Range(0, height * width).Select(_ => random.NextInt32(5) == 0 ? ClassMask.Ignored : (byte)random.NextInt32(3))]);
        var expected = new float[3 * rows * columns];
        for (int y = 0; y < down; y++)
        {
            for (int x = 0; x < across; x++)
            {
                byte number = mask.Classes[(y / rows * width) + (x / columns)];
                if (number != ClassMask.Ignored)
                {
                    expected[(((number * rows) + (y / height)) * columns) + (x / width)] += 1f / (height * width);
                }
            }
        }

        AssertShares(expected, Fill(mask, 3, new PatchGrid(rows, columns)));
    }

    [TestMethod]
    public void Fill_ClassThatThereIsNot_SaysWhereAndWhatToDo()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(() => Fill(new ClassMask(2, 2, [0, 0, 0, 7]), 3, new PatchGrid(1, 1))).Message;
        StringAssert.Contains(message, "Pixel 1, 1 (x, y) of the mask has the class 7, but there are 3");
        StringAssert.Contains(message, "Objects");
    }

    [TestMethod]
    public void Of_ObjectMask_IsOneInside() =>
        Assert.AreSequenceEqual(new byte[] { 0, 1, 1, 0 }, ClassMask.Of(new ObjectMask(2, 2, [false, true, true, false])).Classes);

    private static float[] Fill(ClassMask mask, int classes, PatchGrid cells)
    {
        // What was there before must not matter.
        float[] shares = [.. Enumerable.Repeat(9f, classes * cells.Count)];
        CellClasses.Fill(mask, classes, cells, shares);
        return shares;
    }

    private static void AssertShares(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Single, $"share {i}");
        }
    }
}
