namespace MaskedPretraining.Core.Models;

[TestClass]
public sealed class PositionTableResamplerTests
{
    // The table is computed in double precision and rounded once.
    private const double Rounding = 1e-6;

    [TestMethod]
    public void Resample_SameGridBySize_ChangesNothing()
    {
        float[] table = [.. Enumerable.Range(0, 13 * 2).Select(i => MathF.Sin(i))];
        float[] same = PositionTableResampler.Resample(table, 1, new PatchGrid(3, 4), new PatchGrid(3, 4), 2, PositionInterpolation.Size);
        for (int i = 0; i < table.Length; i++)
        {
            Assert.AreEqual(table[i], same[i], Rounding);
        }
    }

    [TestMethod]
    [DataRow(PositionInterpolation.Size)]
    [DataRow(PositionInterpolation.ScaleFactor)]
    public void Resample_ConstantTable_StaysConstantAndKeepsTheClassToken(PositionInterpolation form)
    {
        float[] table = [7, .. Enumerable.Repeat(2.5f, 6)];
        float[] resampled = PositionTableResampler.Resample(table, 1, new PatchGrid(2, 3), new PatchGrid(5, 4), 1, form);
        Assert.HasCount(21, resampled);
        Assert.AreEqual(7, resampled[0]);
        Assert.IsTrue(resampled.Skip(1).All(value => Math.Abs(value - 2.5) < Rounding));
    }

    [TestMethod]
    [DataRow(PositionInterpolation.Size, 5, 4, 7, 9)]
    [DataRow(PositionInterpolation.Size, 7, 6, 3, 2)]
    [DataRow(PositionInterpolation.ScaleFactor, 5, 4, 7, 9)]
    [DataRow(PositionInterpolation.ScaleFactor, 3, 8, 5, 8)]
    public void Resample_AnyGrids_IsTheKernelsSum(PositionInterpolation form, int rows, int columns, int newRows, int newColumns)
    {
        float[] table = [.. Enumerable.Range(0, rows * columns).Select(i => MathF.Sin(i * i))];
        float[] resampled = PositionTableResampler.Resample(table, 0, new PatchGrid(rows, columns), new PatchGrid(newRows, newColumns), 1, form);
        double guard = form == PositionInterpolation.Size ? 0 : 0.1;
        for (int r = 0; r < newRows; r++)
        {
            for (int c = 0; c < newColumns; c++)
            {
                double y = ((r + 0.5) * rows / (newRows + guard)) - 0.5, x = ((c + 0.5) * columns / (newColumns + guard)) - 0.5, sum = 0;
                for (int i = -2; i < rows + 2; i++)
                {
                    for (int j = -2; j < columns + 2; j++)
                    {
                        sum += Kernel(y - i) * Kernel(x - j) * table[(Math.Clamp(i, 0, rows - 1) * columns) + Math.Clamp(j, 0, columns - 1)];
                    }
                }

                Assert.AreEqual(sum, resampled[(r * newColumns) + c], Rounding, $"{r}, {c}");
            }
        }

        // Keys' kernel with a = -0.75.
        static double Kernel(double distance) => Math.Abs(distance) switch
        {
            <= 1 and var d => (1.25 * d * d * d) - (2.25 * d * d) + 1,
            < 2 and var d => -0.75 * ((d * d * d) - (5 * d * d) + (8 * d) - 4),
            _ => 0,
        };
    }

    [TestMethod]
    public void Resample_TableOfAnotherSize_IsRefused()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => PositionTableResampler.Resample(new float[9], 1, new PatchGrid(3, 3), new PatchGrid(2, 2), 1, PositionInterpolation.Size));
        Assert.Contains("1 + 3x3 positions of 1 numbers has 10", exception.Message);
    }
}
