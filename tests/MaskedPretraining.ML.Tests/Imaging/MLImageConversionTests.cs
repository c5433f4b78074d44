using MaskedPretraining.Core.Imaging;
using MaskedPretraining.ML.Imaging;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Imaging;

[TestClass]
public sealed class MLImageConversionTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(5, 1)]
    [DataRow(3, 2)]
    [DataRow(4, 4)]
    [DataRow(7, 5)]
    [DataRow(33, 3)]
    public void ToRgb_EitherOrderOfColours_TakesEveryPixel(int width, int height)
    {
        byte[] pixels = Bytes(width * height * 4);
        foreach (var (format, red, blue) in new[] { (MLPixelFormat.Bgra32, 2, 0), (MLPixelFormat.Rgba32, 0, 2) })
        {
            using var image = MLImage.CreateFromPixels(width, height, format, pixels);
            byte[] expected = [.. Enumerable.Range(0, width * height).SelectMany(pixel => new[] { pixels[(4 * pixel) + red], pixels[(4 * pixel) + 1], pixels[(4 * pixel) + blue] })];
            Assert.AreSequenceEqual(expected, MLImageConversion.ToRgb(image).Pixels.ToArray());
        }
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(5, 1)]
    [DataRow(3, 2)]
    [DataRow(4, 4)]
    [DataRow(7, 5)]
    [DataRow(33, 3)]
    public void FromRgb_ColourOrGrey_MakesOpaquePixels(int width, int height)
    {
        foreach (int channels in new[] { 1, 3 })
        {
            byte[] pixels = Bytes(width * height * channels);
            var buffer = new ImageBuffer();
            buffer.Show(new RgbImage(width, height, pixels, channels));
            using var image = MLImageConversion.FromRgb(buffer, "the name");
            Assert.AreEqual(MLPixelFormat.Bgra32, image.PixelFormat);
            Assert.AreEqual("the name", image.Tag);
            byte[] expected = [.. pixels.Chunk(channels).SelectMany(pixel => new byte[] { pixel[^1], pixel[channels / 2], pixel[0], byte.MaxValue })];
            Assert.AreSequenceEqual(expected, image.Pixels.ToArray());
        }
    }

    private static byte[] Bytes(int count) => [.. Enumerable.Range(0, count).Select(index => (byte)((index * 37) + 11))];
}
