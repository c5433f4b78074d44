using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Tests.Imaging.Augmentation;

[TestClass]
public sealed class RandomErasingTests
{
    [TestMethod]
    [DataRow(16, 16)]
    [DataRow(3, 40)]
    [DataRow(1, 1)]
    public void Draw_AnyImage_StaysInsideAndLeavesSomeOfIt(int height, int width)
    {
        var erasing = new RandomErasing(new RandomErasingOptions { Probability = 1 });
        for (int index = 0; index < 500; index++)
        {
            if (erasing.Draw(height, width, Stream(index)) is { } box)
            {
                Assert.IsTrue(
                    box.Top >= 0 && box.Left >= 0 && box.Height >= 1 && box.Width >= 1 && box.Height < height && box.Width < width && box.Top + box.Height <= height && box.Left + box.Width <= width,
                    $"{box} in {height}x{width}");
            }
        }
    }

    [TestMethod]
    public void Draw_LargeImage_KeepsAreaAndRatioInRangeAndReachesBothEnds()
    {
        // Sides of at least 77 pixels rounded to whole ones move area and ratio by less than two percent.
        const double Slack = 1.02;
        var erasing = new RandomErasing(new RandomErasingOptions { Probability = 1 });
        double[] areas = new double[1000], ratios = new double[1000];
        for (int index = 0; index < areas.Length; index++)
        {
            CropBox box = erasing.Draw(1000, 1000, Stream(index))!.Value;
            (areas[index], ratios[index]) = (box.Height * (double)box.Width / 1e6, (double)box.Height / box.Width);
        }

        Assert.IsInRange(0.02 / Slack, 0.025, areas.Min());
        Assert.IsInRange(0.32, Slack / 3, areas.Max());
        Assert.IsInRange(0.3 / Slack, 0.31, ratios.Min());
        Assert.IsInRange(3.2, Slack / 0.3, ratios.Max());
        // As many boxes are high as wide; five standard deviations of the count: 5 * sqrt(1000) / 2 = 79.
        Assert.IsInRange(500 - 79, 500 + 79, ratios.Count(ratio => ratio > 1));
    }

    [TestMethod]
    public void Draw_ManyImages_ErasesAsOftenAsAsked()
    {
        var erasing = new RandomErasing();

        int erased = Enumerable.Range(0, 4000).Count(index => erasing.Draw(100, 100, Stream(index)) is not null);

        // Standard deviation of the count: sqrt(4000 * 0.25 * 0.75) = 27; five of them.
        Assert.IsInRange(1000 - 137, 1000 + 137, erased);
    }

    [TestMethod]
    public void Draw_NothingFits_ErasesNothing() =>
        // A strip of 2x1000: at least 2 percent of its area with a ratio up to 3.3 is always 2 rows high or more.
        Assert.IsNull(new RandomErasing(new RandomErasingOptions { Probability = 1, MinArea = 0.3 }).Draw(2, 1000, Stream(0)));

    private static RandomStream Stream(int index) => new(5, RandomPurpose.Erasing, 0, index);
}
