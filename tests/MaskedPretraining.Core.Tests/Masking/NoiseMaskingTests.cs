using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class NoiseMaskingTests
{
    private static readonly TrainingProgress Start = new(0, 10);

    [TestMethod]
    [DataRow(1.0, 3.0, "###..###.....###\n###.#####....###\n##..#####..#####\n##..############\n##....##########\n######..########\n#######.....####\n#######......###\n###########...##\n############..##")]
    [DataRow(1.0, double.PositiveInfinity, "###..##.......##\n###.####.....###\n###.#####..#.###\n##..#####.######\n###.############\n################\n#######.....####\n#######......###\n###########...##\n###########...##")]
    [DataRow(0.0, 1.0, "###...##.##.####\n.#########.##.##\n##..######.#.##.\n##.#####...#.###\n#.#.#.##########\n#.############.#\n.#####..#..#####\n###.#..#.##.###.\n########.#.##.##\n#####.#.###.####")]
    public void Plan_GreenRedAndBlue_LookLikeThis(double narrow, double wide, string picture) =>
        Assert.AreEqual(picture, PlanProperties.Picture(new NoiseMasking(0.75, narrow, wide), new PatchGrid(10, 16), Start, [], sample: 0));

    [TestMethod]
    public void Plan_Colours_ClusterInTheirOrder()
    {
        // 0.625 without any correlation. Standard errors of 100 plans of 364 pairs are below 0.003.
        const double Apart = 0.02;
        double red = Agreement(1, double.PositiveInfinity);
        double green = Agreement(1, 3);
        double white = Agreement(0, double.PositiveInfinity);
        double blue = Agreement(0, 1);
        Assert.AreEqual(0.625, white, 0.015);
        Assert.IsTrue(red > green + Apart && green > white + Apart && white > blue + Apart, $"{red} {green} {white} {blue}");
    }

    [TestMethod]
    public void Plan_WhiteNoise_MasksEveryPatchEquallyOften()
    {
        const int Samples = 4000;
        PlanProperties.AssertEven(PlanProperties.MaskedShares(new NoiseMasking(0.75, 0, double.PositiveInfinity), new PatchGrid(4, 4), Start, [], Samples), 0.75, Samples);
    }

    [TestMethod]
    [DataRow(0.8, 3.1)]
    [DataRow(0.0, 1.5)]
    [DataRow(2.0, double.PositiveInfinity)]
    public void Apply_AnyWidths_EqualsTheFullKernels(double narrow, double wide)
    {
        // Sums of 35 products in double precision.
        const double Tolerance = 1e-12;
        var grid = new PatchGrid(5, 7);
        double[] noise = [.. Enumerable.Range(0, 35).Select(patch => Math.Sin(patch * patch))];
        var scores = new double[35];
        new BandPassFilter(grid, narrow, wide).Apply(noise, scores);
        for (int patch = 0; patch < 35; patch++)
        {
            Assert.AreEqual(Blurred(grid, noise, patch, narrow) - Blurred(grid, noise, patch, wide), scores[patch], Tolerance);
        }
    }

    [TestMethod]
    public void Plan_SeveralGrids_IsThatOfAStrategyOfItsOwn()
    {
        var shared = new NoiseMasking();
        foreach (var grid in new[] { new PatchGrid(6, 4), new PatchGrid(4, 6), new PatchGrid(6, 4) })
        {
            Assert.AreEqual(PlanProperties.Picture(new NoiseMasking(), grid, Start, [], 1), PlanProperties.Picture(shared, grid, Start, [], 1));
        }
    }

    [TestMethod]
    [DataRow(0.75, -1.0, 3.0, "NarrowSigma must be at least 0 and finite, but is -1.")]
    [DataRow(0.75, 3.0, 3.0, "WideSigma must be greater than NarrowSigma 3, but is 3.")]
    [DataRow(0.75, 1.0, double.NaN, "WideSigma must be greater than NarrowSigma 1, but is NaN.")]
    [DataRow(0.0, 1.0, 3.0, "MaskRatio must lie between 0 and 1, both excluded, but is 0.")]
    public void Constructor_BadValue_NamesIt(double ratio, double narrow, double wide, string message) =>
        Assert.Contains(message, Assert.ThrowsExactly<InvalidOptionsException>(() => new NoiseMasking(ratio, narrow, wide)).Message);

    private static double Agreement(double narrow, double wide) => PlanProperties.NeighbourAgreement(new NoiseMasking(0.75, narrow, wide), new PatchGrid(14, 14), Start, 100);

    // One patch after the other and all its weights, as the kernel is defined.
    private static double Blurred(PatchGrid grid, double[] noise, int patch, double sigma)
    {
        double[] weights = [.. Enumerable.Range(0, grid.Count).Select(other =>
        {
            double square = Math.Pow(patch / grid.Columns - other / grid.Columns, 2) + Math.Pow(patch % grid.Columns - other % grid.Columns, 2);
            return square == 0 ? 1 : Math.Exp(-square / (2 * sigma * sigma));
        })];
        return weights.Zip(noise, (weight, value) => weight * value).Sum() / weights.Sum();
    }
}
