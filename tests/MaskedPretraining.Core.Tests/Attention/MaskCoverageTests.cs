using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Tests.Attention;

[TestClass]
public sealed class MaskCoverageTests
{
    // Single precision sums of a few dozen shares.
    private const double Rounding = 1e-5;

    [TestMethod]
    public void Fill_MaskTwiceAsFine_CountsPixels()
    {
        float[] map = new float[4];
        MaskCoverage.Fill(Parse("##..", "#...", "...#", "..##"), new PatchGrid(2, 2), map);
        CollectionAssert.AreEqual(new[] { 0.75f, 0, 0, 0.75f }, map);
    }

    [TestMethod]
    public void Fill_MaskCoarserThanTheGrid_CoversWholeCells()
    {
        float[] map = new float[16];
        MaskCoverage.Fill(Parse("#.", ".."), new PatchGrid(4, 4), map);
        CollectionAssert.AreEqual(new float[] { 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, map);
    }

    [TestMethod]
    [DataRow(7, 5, 3, 2)]
    [DataRow(31, 20, 14, 14)]
    [DataRow(3, 4, 8, 8)]
    public void Fill_SizesThatDoNotDivide_AgreesWithAFineRaster(int height, int width, int rows, int columns)
    {
        bool[] inside = [.. Enumerable.Range(0, height * width).Select(pixel => pixel * pixel % 7 < 3)];
        float[] map = new float[rows * columns];
        MaskCoverage.Fill(new ObjectMask(height, width, inside), new PatchGrid(rows, columns), map);
        double[] expected = new double[map.Length];
        // A raster whose points fall on the edges of neither.
        for (int y = 0; y < height * rows; y++)
        {
            for (int x = 0; x < width * columns; x++)
            {
                expected[(y / height * columns) + (x / width)] += inside[(y / rows * width) + (x / columns)] ? 1.0 / (height * width) : 0;
            }
        }

        for (int cell = 0; cell < map.Length; cell++)
        {
            Assert.AreEqual(expected[cell], map[cell], Rounding, $"cell {cell}");
        }
    }

    private static ObjectMask Parse(params string[] rows) => new(rows.Length, rows[0].Length, [.. rows.SelectMany(row => row.Select(letter => letter == '#'))]);
}
