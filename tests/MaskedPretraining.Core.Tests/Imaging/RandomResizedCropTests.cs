using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class RandomResizedCropTests
{
    [TestMethod]
    [DataRow(RandomResizedCropForm.TenTries)]
    [DataRow(RandomResizedCropForm.SingleDraw)]
    public void Draw_AnyImage_StaysInside(RandomResizedCropForm form)
    {
        var crop = new RandomResizedCrop(new CropOptions { Form = form });
        var sizes = new Random(2);
        for (int index = 0; index < 2000; index++)
        {
            (int height, int width) = (sizes.Next(1, 80), sizes.Next(1, 80));
            CropBox box = crop.Draw(height, width, new RandomStream(9, RandomPurpose.Crop, 0, index)).Box;

            Assert.IsTrue(
                box.Top >= 0 && box.Left >= 0 && box.Height >= 1 && box.Width >= 1 && box.Top + box.Height <= height && box.Left + box.Width <= width,
                $"{box} in {height}x{width}");
        }
    }

    [TestMethod]
    public void Draw_LargeImage_KeepsAreaAndAspectInRange()
    {
        // Sides rounded to whole pixels of 1000 move area and aspect by at most about half a percent.
        const double Slack = 0.005;
        var crop = new RandomResizedCrop();
        for (int index = 0; index < 500; index++)
        {
            CropBox box = crop.Draw(1000, 1000, new RandomStream(1, RandomPurpose.Crop, 3, index)).Box;

            Assert.IsInRange(0.2 - Slack, 1, box.Height * (double)box.Width / 1e6);
            Assert.IsInRange(3.0 / 4 - Slack, 4.0 / 3 + Slack, (double)box.Width / box.Height);
        }
    }

    [TestMethod]
    public void Draw_ManyTimes_FlipsAsOftenAsAsked()
    {
        var crop = new RandomResizedCrop(new CropOptions { FlipProbability = 0.25 });

        int flips = Enumerable.Range(0, 4000).Count(index => crop.Draw(10, 10, new RandomStream(1, RandomPurpose.Crop, 0, index)).Flip);

        // Standard deviation of the count: sqrt(4000 * 0.25 * 0.75) = 27; five of them.
        Assert.IsInRange(1000 - 137, 1000 + 137, flips);
    }

    [TestMethod]
    public void BoxOf_NothingFits_TakesCentredBoxOfNearestAspect()
    {
        // A strip of 10x100: every whole-area try of aspect 3/4 to 4/3 is higher than 10.
        double[] tries = [.. Enumerable.Repeat(0.999, 2 * RandomResizedCrop.Tries)];

        Assert.AreEqual(new CropBox(0, 43, 10, 13), new RandomResizedCrop().BoxOf(10, 100, tries, 0, 0));
        Assert.AreEqual(new CropBox(43, 0, 13, 10), new RandomResizedCrop().BoxOf(100, 10, tries, 0, 0));
    }

    [TestMethod]
    public void BoxOf_SingleDrawTooLarge_LimitsSides()
    {
        double[] tries = [.. Enumerable.Repeat(0.999, 2 * RandomResizedCrop.Tries)];
        var crop = new RandomResizedCrop(new CropOptions { Form = RandomResizedCropForm.SingleDraw });

        // sqrt(1000 * 4/3) = 36.5 columns, sqrt(1000 * 3/4) = 27.4 rows, limited to 10.
        Assert.AreEqual(new CropBox(0, 63, 10, 36), crop.BoxOf(10, 100, tries, 0.5, 0.98));
    }

    [TestMethod]
    public void Constructor_BadOptions_NamesAllOfThem()
    {
        var options = new CropOptions { MinScale = 0.9, MaxScale = 0.5, MinRatio = 0, FlipProbability = double.NaN };

        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => new RandomResizedCrop(options));

        Assert.HasCount(3, error.Errors);
        Assert.Contains("MinScale must be above 0 and at most MaxScale 0.5, but is 0.9.", error.Message);
    }
}
