using MaskedPretraining.Core.Imaging.Augmentation;

namespace MaskedPretraining.Core.Tests.Imaging.Augmentation;

// All expected values are computed by hand from the definitions of the operations.
[TestClass]
public sealed class ToneOperationsTests
{
    private static readonly RandAugment Subject = new((1, 2, 3));

    [TestMethod]
    public void AutoContrast_EachChannel_IsStretchedOnItsOwn()
    {
        // Red 50..150: (x - 50) * 2.55. Green is constant and stays. Blue has its full range already.
        byte[] pixels = [50, 7, 0, 100, 7, 128, 150, 7, 255];

        Subject.Apply(AugmentationOperation.AutoContrast, 0, false, pixels, 1, 3);

        Assert.AreSequenceEqual(new byte[] { 0, 7, 0, 127, 7, 128, 255, 7, 255 }, pixels);
    }

    [TestMethod]
    public void AutoContrast_TopJustBelow255_IsCutAsPillowDoes()
    {
        // In double precision 25 * (255.0 / 25) falls short of 255.
        byte[] pixels = [0, 0, 0, 25, 25, 25];

        Subject.Apply(AugmentationOperation.AutoContrast, 0, false, pixels, 1, 2);

        Assert.AreSequenceEqual(new byte[] { 0, 0, 0, 254, 254, 254 }, pixels);
    }

    [TestMethod]
    public void Equalize_ThreeLevels_AreSpreadByTheirRanks()
    {
        // 300 bytes of 10, 210 of 20, 90 of 30: step (600 - 90) / 255 = 2, so 1 / 2, (1 + 300) / 2, (1 + 510) / 2.
        byte[] pixels = Grey((10, 300), (20, 210), (30, 90));

        Subject.Apply(AugmentationOperation.Equalize, 0, false, pixels, 20, 30);

        Assert.AreSequenceEqual(Grey((0, 300), (150, 210), (255, 90)), pixels);
    }

    [TestMethod]
    public void Equalize_StepRoundedDown_LimitsTo255()
    {
        // Step (600 - 91) / 255 = 1: 0, 300 and 509 before the limit.
        byte[] pixels = Grey((10, 300), (20, 209), (30, 91));

        Subject.Apply(AugmentationOperation.Equalize, 0, false, pixels, 20, 30);

        Assert.AreSequenceEqual(Grey((0, 300), (255, 209), (255, 91)), pixels);
    }

    [TestMethod]
    public void Equalize_TooFewPixels_ChangesNothing()
    {
        byte[] pixels = Grey((10, 100), (20, 200));

        Subject.Apply(AugmentationOperation.Equalize, 0, false, pixels, 15, 20);

        Assert.AreSequenceEqual(Grey((10, 100), (20, 200)), pixels);
    }

    [TestMethod]
    // Bits kept: 4 - floor(4 l).
    [DataRow(AugmentationOperation.Posterize, 0.0, new byte[] { 15, 16, 255 }, new byte[] { 0, 16, 240 })]
    [DataRow(AugmentationOperation.Posterize, 9.0, new byte[] { 127, 128, 255 }, new byte[] { 0, 128, 128 })]
    [DataRow(AugmentationOperation.Posterize, 10.0, new byte[] { 127, 128, 255 }, new byte[] { 0, 0, 0 })]
    // Threshold: 256 - floor(256 l) = 256, 26, 0.
    [DataRow(AugmentationOperation.Solarize, 0.0, new byte[] { 0, 128, 255 }, new byte[] { 0, 128, 255 })]
    [DataRow(AugmentationOperation.Solarize, 9.0, new byte[] { 25, 26, 255 }, new byte[] { 25, 229, 0 })]
    [DataRow(AugmentationOperation.Solarize, 10.0, new byte[] { 0, 128, 255 }, new byte[] { 255, 127, 0 })]
    // Added: floor(110 l).
    [DataRow(AugmentationOperation.SolarizeAdd, 9.0, new byte[] { 0, 127, 128 }, new byte[] { 99, 226, 128 })]
    [DataRow(AugmentationOperation.SolarizeAdd, 10.0, new byte[] { 0, 127, 255 }, new byte[] { 110, 237, 255 })]
    [DataRow(AugmentationOperation.Invert, 3.0, new byte[] { 0, 127, 255 }, new byte[] { 255, 128, 0 })]
    public void Apply_OnePixel_MapsItsBytes(AugmentationOperation operation, double magnitude, byte[] pixel, byte[] expected)
    {
        Subject.Apply(operation, magnitude, false, pixel, 1, 1);

        Assert.AreSequenceEqual(expected, pixel);
    }

    private static byte[] Grey(params (byte Level, int Count)[] levels) =>
        [.. levels.SelectMany(level => Enumerable.Repeat(level.Level, 3 * level.Count))];
}
