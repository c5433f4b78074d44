using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Evaluation.Segmentation;

[TestClass]
public sealed class ScoreUpsamplingTests
{
    // Rounding of single precision.
    private const float Single = 1e-6f;

    [TestMethod]
    public void Matrix_TwoCellsToFourPixels_LooksAtMiddles() =>
        Assert.AreSequenceEqual([1, 0, 0.75f, 0.25f, 0.25f, 0.75f, 0, 1], ScoreUpsampling.Matrix(2, 4));

    [TestMethod]
    [DataRow(3, 3)]
    [DataRow(3, 7)]
    [DataRow(7, 3)]
    [DataRow(1, 4)]
    [DataRow(12, 400)]
    public void Matrix_AnySizes_IsTheSlowInterpolation(int cells, int pixels)
    {
        float[] matrix = ScoreUpsampling.Matrix(cells, pixels);
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            for (int cell = 0; cell < cells; cell++)
            {
                double[] only = new double[cells];
                only[cell] = 1;
                Assert.AreEqual(Interpolate(only, (pixel + 0.5) * cells / pixels), matrix[(pixel * cells) + cell], Single);
            }
        }
    }

    [TestMethod]
    [DataRow(2, 3, 4, 13, 10)]
    [DataRow(5, 4, 4, 4, 4)]
    [DataRow(3, 6, 2, 3, 9)]
    public void Classify_RandomScores_AgreesWithTheDefinition(int classes, int rows, int columns, int height, int width)
    {
        var random = new RandomStream(1, RandomPurpose.Scene, 0, classes);
        var grid = new PatchGrid(rows, columns);
        var scores = Enumerable.Range(0, classes * grid.Count).Select(_ => (float)random.NextGaussian()).ToArray();
        var predicted = ScoreUpsampling.Classify(scores, classes, grid, height, width);
        Assert.AreEqual((height, width), (predicted.Height, predicted.Width));
        for (int pixel = 0; pixel < height * width; pixel++)
        {
            var (y, x) = ((pixel / width) + 0.5, (pixel % width) + 0.5);
            double[] values = [.. Enumerable.Range(0, classes).Select(number => Interpolate(
                [.. Enumerable.Range(0, rows).Select(row => Interpolate([.. Enumerable.Range(0, columns).Select(column => (double)scores[(((number * rows) + row) * columns) + column])], x * columns / width))],
                y * rows / height))];
            Assert.AreEqual(values.Max(), values[predicted.Classes[pixel]], Single, $"pixel {pixel}");
        }
    }

    [TestMethod]
    public void Classify_EqualScores_TakesTheFirstClass() =>
        Assert.AreSequenceEqual(new byte[6], ScoreUpsampling.Classify(new float[12], 3, new PatchGrid(2, 2), 2, 3).Classes);

    [TestMethod]
    public void Classify_ScoreThatIsNoNumber_IsRefused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ScoreUpsampling.Classify([0, float.NaN], 2, new PatchGrid(1, 1), 2, 2)).Message, "not finite");

    // A value between the middles of cells, at a place in cells.
    private static double Interpolate(double[] cells, double place)
    {
        if (place <= 0.5)
        {
            return cells[0];
        }

        if (place >= cells.Length - 0.5)
        {
            return cells[^1];
        }

        int before = (int)Math.Floor(place - 0.5);
        double share = place - 0.5 - before;
        return (cells[before] * (1 - share)) + (cells[before + 1] * share);
    }
}
