using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Pictures;
using MaskedPretraining.Core.Tests.Imaging;

namespace MaskedPretraining.Core.Tests.Pictures;

[TestClass]
public sealed class PictureTests
{
    private static readonly PatchGrid Grid = new(2, 2);

    [TestMethod]
    public void Mask_OneOfEachKind_PaintsMaskedGreyAndThrownRed()
    {
        RgbImage image = MemoryImageSource.NoiseImage(new Random(1), 8, 8);

        RgbImage masked = PatchPicture.Mask(image, Grid, [0, 3], [1]);

        Assert.AreSequenceEqual(image.Pixels[..12], masked.Pixels[..12]);
        Assert.AreSequenceEqual(new byte[] { 128, 128, 128 }, At(masked, 4, 0));
        Assert.AreSequenceEqual(new byte[] { 110, 24, 24 }, At(masked, 0, 4));
        Assert.AreSequenceEqual(At(image, 7, 7), At(masked, 7, 7));
    }

    [TestMethod]
    public void Replace_SomePatches_PutsThemInPlace()
    {
        RgbImage image = MemoryImageSource.NoiseImage(new Random(1), 8, 8);
        RgbImage other = MemoryImageSource.NoiseImage(new Random(2), 8, 8);
        byte[] patches = new byte[other.Pixels.Length];
        PatchLayout.ToPatches<byte>(other.Pixels, Grid, 4, 3, false, patches);

        RgbImage mixed = PatchPicture.Replace(image, Grid, [2, 1], [.. patches.AsSpan(96, 48), .. patches.AsSpan(48, 48)]);

        for (int y = 0; y < 8; y++)
        {
            for (int x = 0; x < 8; x++)
            {
                Assert.AreSequenceEqual(At(x / 4 == y / 4 ? image : other, x, y), At(mixed, x, y));
            }
        }
    }

    [TestMethod]
    public void Overlay_Opaque_ShowsTheMapFromLowToHigh()
    {
        RgbImage heat = HeatPicture.Overlay(new RgbImage(8, 4, new byte[96]), [1, 3], new PatchGrid(1, 2), opacity: 1);

        Assert.AreSequenceEqual(new byte[] { 68, 1, 84 }, At(heat, 0, 0));
        Assert.AreSequenceEqual(new byte[] { 253, 231, 37 }, At(heat, 7, 3));
    }

    [TestMethod]
    public void Overlay_ConstantMapTransparent_ShowsTheGreyPhoto()
    {
        RgbImage heat = HeatPicture.Overlay(new RgbImage(1, 1, [255, 0, 0]), [5], new PatchGrid(1, 1), opacity: 0);

        Assert.AreSequenceEqual(new byte[] { 76, 76, 76 }, heat.Pixels);
    }

    [TestMethod]
    public void Viridis_RisingValue_GetsLighterThroughout()
    {
        double last = -1;
        for (int step = 0; step <= 256; step++)
        {
            var (r, g, b) = ColorMap.Viridis(step / 256f);
            double light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
            // A byte is rounded by half a level, so neighbours may stand still but not fall by more than one.
            Assert.IsGreaterThan(last - 1, light);
            last = light;
        }

        Assert.AreEqual(ColorMap.Viridis(0), ColorMap.Viridis(float.NaN));
    }

    [TestMethod]
    public void Arrange_ThreeImages_SetsThemOnWhite()
    {
        RgbImage dot = new(1, 1, [1, 2, 3]);

        RgbImage picture = PictureGrid.Arrange([dot, dot, dot], columns: 2, enlarge: 2, gap: 1);

        Assert.AreEqual((7, 7), (picture.Width, picture.Height));
        Assert.AreSequenceEqual(new byte[] { 255, 255, 255 }, At(picture, 3, 1));
        Assert.AreSequenceEqual(new byte[] { 1, 2, 3 }, At(picture, 5, 2));
        Assert.AreSequenceEqual(new byte[] { 255, 255, 255 }, At(picture, 4, 4));
    }

    private static byte[] At(RgbImage image, int x, int y) => image.Pixels.AsSpan((y * image.Width + x) * 3, 3).ToArray();
}
