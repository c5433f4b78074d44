using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class CentreCropTests
{
    [TestMethod]
    // Sides resized to 16 for a network of 14 (256 over 224): the other one in proportion, cut to a whole number.
    [DataRow(32, 32, 16, 16, 1, 1)]
    [DataRow(32, 55, 16, 27, 1, 6)]
    [DataRow(55, 32, 27, 16, 6, 1)]
    [DataRow(5, 8, 16, 25, 1, 6)]
    public void Apply_AnyAspect_CutsTheCentreOfTheResizedImage(int height, int width, int rows, int columns, int top, int left)
    {
        RgbImage image = MemoryImageSource.NoiseImage(new Random(3), width, height);
        RgbImage resized = new PilResampler(ResampleFilter.Bicubic).Resize(image, new CropBox(0, 0, height, width), rows, columns);
        byte[] expected = new PilResampler(ResampleFilter.Bicubic).Resize(resized, new CropBox(top, left, 14, 14), 14, 14).Pixels;
        byte[] centre = new byte[expected.Length];

        new CentreCrop().Apply(image, 14, 14, centre);

        Assert.AreSequenceEqual(expected, centre);
    }

    [TestMethod]
    public void Apply_OblongNetwork_CoversItWithTheImage()
    {
        RgbImage image = MemoryImageSource.NoiseImage(new Random(4), 30, 30);
        RgbImage resized = new PilResampler(ResampleFilter.Bilinear).Resize(image, new CropBox(0, 0, 30, 30), 16, 16);
        byte[] expected = new PilResampler(ResampleFilter.Bilinear).Resize(resized, new CropBox(4, 0, 8, 16), 8, 16).Pixels;
        byte[] centre = new byte[expected.Length];

        new CentreCrop(new CentreCropOptions { ResizeRatio = 1, Filter = ResampleFilter.Bilinear }).Apply(image, 8, 16, centre);

        Assert.AreSequenceEqual(expected, centre);
    }

    [TestMethod]
    public void Apply_224_Resizes256AsPublished()
    {
        // A row of numbers of its own: the centre of 256 columns begins 16 columns in, whatever a double makes of 224 * (256 / 224).
        byte[] pixels = [.. Enumerable.Range(0, 256 * 256).Select(pixel => (byte)(pixel % 256))];
        byte[] centre = new byte[224 * 224];

        new CentreCrop().Apply(new RgbImage(256, 256, pixels, 1), 224, 224, centre);

        Assert.AreEqual(16, centre[0]);
        Assert.AreEqual(239, centre[223]);
    }
}
