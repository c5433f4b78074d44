using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Pictures;

[TestClass]
public sealed class BoxPictureTests
{
    private static readonly (byte R, byte G, byte B) Red = (255, 60, 40);
    private static readonly RgbImage Black = new(6, 5, new byte[6 * 5 * 3]);

    [TestMethod]
    public void Outline_BoxInside_ColoursItsOutermostPixels() =>
        AssertPicture("......|.####.|.#..#.|.####.|......", BoxPicture.Outline(Black, new BoundingBox(1, 1, 5, 4), Red));

    [TestMethod]
    public void Outline_BoxThatLeavesTheImage_IsCutOff() =>
        AssertPicture("......|......|......|...###|...#..", BoxPicture.Outline(Black, new BoundingBox(3, 3, 9, 9), Red));

    [TestMethod]
    public void Overlay_BrightCell_HasItsBox()
    {
        var picture = BoxPicture.Overlay(Black, new AttentionGrid(new PatchGrid(1, 2), [0, 1]));
        AssertPicture("...###|...#.#|...#.#|...#.#|...###", picture);
    }

    [TestMethod]
    public void Overlay_ConstantMap_HasNoBox() => Assert.IsFalse(Pixels(BoxPicture.Overlay(Black, new AttentionGrid(new PatchGrid(1, 2), [1, 1]))).Contains('#', StringComparison.Ordinal));

    private static void AssertPicture(string expected, RgbImage picture) => Assert.AreEqual(expected, Pixels(picture));

    private static string Pixels(RgbImage picture) => string.Join('|', Enumerable.Range(0, picture.Height).Select(y =>
        string.Concat(Enumerable.Range(0, picture.Width).Select(x => picture.Pixels.AsSpan((y * picture.Width + x) * 3, 3).SequenceEqual(new[] { Red.R, Red.G, Red.B }) ? '#' : '.'))));
}
