using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class RandomRectanglesTests
{
    private const int Draws = 20_000;
    private static readonly PatchGrid Fourteen = new(14, 14);

    [TestMethod]
    public void Draw_ReleasedOptions_HasTheReleasedStatistics()
    {
        // Standard errors of 20000 draws: 0.015 columns, 0.02 rows, 0.2 patches, 0.0035 of the share.
        var drawn = DrawMany(Fourteen, new RandomRectangleOptions { IsIsotropic = false });
        Assert.AreEqual(7.0, drawn.Average(r => r.Columns), 0.08);
        Assert.AreEqual(12.1, drawn.Average(r => r.Rows), 0.1);
        Assert.AreEqual(82.6, drawn.Average(r => r.Rows * r.Columns), 1);
        Assert.AreEqual(0.57, drawn.Count(r => r.Rows == 14) / (double)Draws, 0.02);
        Assert.AreEqual(4, drawn.Min(r => r.Columns));
        Assert.AreEqual(10, drawn.Max(r => r.Columns));
        Assert.AreEqual(40, drawn.Min(r => r.Rows * r.Columns));
        Assert.AreEqual(140, drawn.Max(r => r.Rows * r.Columns));
    }

    [TestMethod]
    public void Draw_Isotropic_HasNoPreferredDirection()
    {
        var drawn = DrawMany(Fourteen, new RandomRectangleOptions());
        Assert.AreEqual(drawn.Average(r => r.Columns), drawn.Average(r => r.Rows), 0.15);
        Assert.AreEqual(drawn.Count(r => r.Columns == 14) / (double)Draws, drawn.Count(r => r.Rows == 14) / (double)Draws, 0.02);
        Assert.AreEqual(82.6, drawn.Average(r => r.Rows * r.Columns), 1, "transposing changes no area");
    }

    [TestMethod]
    [DataRow(4, 4)]
    [DataRow(4, 9)]
    [DataRow(7, 5)]
    [DataRow(32, 32)]
    [DataRow(1, 6)]
    public void Draw_AnyGrid_LiesWithinIt(int rows, int columns)
    {
        foreach (bool isIsotropic in new[] { false, true })
        {
            foreach (var r in DrawMany(new PatchGrid(rows, columns), new RandomRectangleOptions { IsIsotropic = isIsotropic }))
            {
                Assert.IsTrue(r.Top >= 0 && r.Left >= 0 && r.Rows >= 1 && r.Columns >= 1 && r.Top + r.Rows <= rows && r.Left + r.Columns <= columns, r.ToString());
            }
        }
    }

    [TestMethod]
    public void Draw_AnyGrid_ReachesEveryCell()
    {
        var reached = new bool[4, 9];
        foreach (var r in DrawMany(new PatchGrid(4, 9), new RandomRectangleOptions()))
        {
            for (int i = 0; i < r.Rows * r.Columns; i++)
            {
                reached[r.Top + (i / r.Columns), r.Left + (i % r.Columns)] = true;
            }
        }

        Assert.IsTrue(reached.Cast<bool>().All(cell => cell));
    }

    [TestMethod]
    public void Fill_Map_IsTheSoftmaxOfNoiseAndBonus()
    {
        // Single against double precision for numbers around 1/196.
        const double Tolerance = 1e-8;
        var options = new RandomRectangleOptions { Bonus = 0.7 };
        var rectangles = new RandomRectangles(Fourteen, options);
        var map = new float[196];
        rectangles.Fill(Stream(3), map);

        var random = Stream(3);
        var r = rectangles.Draw(random);
        double[] exponentials = [.. Enumerable.Range(0, 196).Select(patch =>
        {
            bool isInside = patch / 14 >= r.Top && patch / 14 < r.Top + r.Rows && patch % 14 >= r.Left && patch % 14 < r.Left + r.Columns;
            return Math.Exp(random.NextSingle() + (isInside ? options.Bonus : 0));
        })];
        for (int patch = 0; patch < 196; patch++)
        {
            Assert.AreEqual(exponentials[patch] / exponentials.Sum(), map[patch], Tolerance);
        }
    }

    [TestMethod]
    public void Fill_ReleasedOptions_HasTheReleasedRange()
    {
        // A map lies between e^0 and e^1.5 over a sum that the rectangle's size decides.
        var rectangles = new RandomRectangles(Fourteen, new RandomRectangleOptions { IsIsotropic = false });
        var (least, most) = (1f, 0f);
        var map = new float[196];
        for (int sample = 0; sample < 1000; sample++)
        {
            rectangles.Fill(Stream(sample), map);
            (least, most) = (Math.Min(least, map.Min()), Math.Max(most, map.Max()));
        }

        Assert.AreEqual(0.0020, least, 0.0002);
        Assert.AreEqual(0.0122, most, 0.0006);
    }

    [TestMethod]
    public void Constructor_BadOptions_NamesEveryOne()
    {
        var options = new RandomRectangleOptions { Bonus = double.NaN, MinimumArea = 0, MaximumArea = 1.5, MinimumSide = 0.6 };
        var errors = Assert.ThrowsExactly<InvalidOptionsException>(() => new RandomRectangles(Fourteen, options)).Errors;
        CollectionAssert.AreEqual(new[] { "Bonus", "MinimumArea", "MaximumArea", "MinimumSide" }, errors.Select(error => error.Split(' ')[0]).ToArray());
    }

    private static RandomStream Stream(long sample) => new(1, RandomPurpose.Discriminator, 0, sample);

    private static RandomRectangle[] DrawMany(PatchGrid grid, RandomRectangleOptions options)
    {
        var rectangles = new RandomRectangles(grid, options);
        return [.. Enumerable.Range(0, Draws).Select(sample => rectangles.Draw(Stream(sample)))];
    }
}
