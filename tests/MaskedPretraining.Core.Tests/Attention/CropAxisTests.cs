using MaskedPretraining.Core.Masking;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class CropAxisTests
{
    // Rounding of a few double additions.
    private const double Rounding = 1e-12;

    [TestMethod]
    [DataRow(MapCrop.PixelSum, 16.0, 14, 500, 120, 260, 14, 16)]
    [DataRow(MapCrop.PixelSum, 4.0, 3, 100, 7, 11, 8, 4)]
    [DataRow(MapCrop.PixelSum, 8.0, 1, 32, 0, 32, 4, 8)]
    [DataRow(MapCrop.AreaMean, 1.0, 14, 500, 120, 260, 14, 16)]
    [DataRow(MapCrop.AreaMean, 1.0, 3, 100, 99, 1, 8, 4)]
    [DataRow(MapCrop.AreaMean, 1.0, 12, 7, 0, 7, 1, 1)]
    [DataRow(MapCrop.Nearest, 1.0, 14, 500, 120, 260, 14, 16)]
    [DataRow(MapCrop.AsReleased, 16.0, 14, 500, 120, 260, 14, 16)]
    [DataRow(MapCrop.AsReleased, 4.0, 1, 100, 0, 100, 8, 4)]
    public void Fill_EveryRow_HasTheSumOfItsKind(MapCrop crop, double sum, int cells, int side, int start, int length, int patches, int patchSize)
    {
        foreach (double[] row in Matrix(crop, cells, side, start, length, patches, patchSize).Chunk(cells))
        {
            Assert.AreEqual(sum, row.Sum(), Rounding);
            Assert.IsTrue(row.All(value => value >= 0));
        }
    }

    [TestMethod]
    public void Fill_AreaMean_TakesSharesOfTheCells()
    {
        // Pixels 1..6 of 8 on four cells of two pixels: patches cover 1..3.5 and 3.5..6.
        double[] matrix = Matrix(MapCrop.AreaMean, 4, 8, 1, 5, 2, 16);

        double[] expected = [1 / 2.5, 1.5 / 2.5, 0, 0, 0, 0.5 / 2.5, 2 / 2.5, 0];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], matrix[i], Rounding, $"element {i}");
        }
    }

    [TestMethod]
    public void Fill_Nearest_TakesTheCellUnderThePatchCentre()
    {
        // Patch centres at pixels 2.25 and 4.75 of 8; cells of two pixels.
        CollectionAssert.AreEqual(new double[] { 0, 1, 0, 0, 0, 0, 1, 0 }, Matrix(MapCrop.Nearest, 4, 8, 1, 5, 2, 16));
    }

    [TestMethod]
    [DataRow(0, 30, 2)]
    [DataRow(60, 39, 2)]
    [DataRow(60, 40, 3)]
    [DataRow(0, 100, 3)]
    public void Fill_AsReleased_UsesTheCornerAlone(int start, int length, int cells)
    {
        double[] matrix = Matrix(MapCrop.AsReleased, 14, 100, start, length, 14, 16);

        foreach (double[] row in matrix.Chunk(14))
        {
            Assert.AreEqual(0, row[cells..].Sum());
        }

        // The last patch lies on the last cell of the corner.
        Assert.AreEqual(16, matrix[13 * 14 + cells - 1], Rounding);
    }

    private static double[] Matrix(MapCrop crop, int cells, int side, int start, int length, int patches, int patchSize)
    {
        var matrix = new double[patches * cells];
        matrix.AsSpan().Fill(double.NaN);
        CropAxis.Fill(crop, matrix, cells, side, start, length, patches, patchSize);
        return matrix;
    }
}
