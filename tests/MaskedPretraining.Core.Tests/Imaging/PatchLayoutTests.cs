using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class PatchLayoutTests
{
    [TestMethod]
    [DataRow(2, 3, 4, 3, false)]
    [DataRow(2, 3, 4, 3, true)]
    [DataRow(3, 1, 2, 1, true)]
    [DataRow(1, 2, 5, 4, true)]
    [DataRow(2, 3, 6, 3, false)]
    [DataRow(2, 2, 8, 3, false)]
    [DataRow(1, 3, 14, 3, false)]
    [DataRow(3, 2, 16, 3, false)]
    [DataRow(2, 2, 16, 1, false)]
    public void ToPatches_AnyGrid_EqualsSlowReference(int rows, int columns, int patchSize, int channels, bool flip)
    {
        var grid = new PatchGrid(rows, columns);
        byte[] image = new byte[grid.Count * patchSize * patchSize * channels];
        new Random(1).NextBytes(image);
        byte[] patches = new byte[image.Length];

        PatchLayout.ToPatches<byte>(image, grid, patchSize, channels, flip, patches);

        int width = columns * patchSize;
        for (int y = 0; y < rows * patchSize; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < channels; c++)
                {
                    int patch = y / patchSize * columns + x / patchSize;
                    int element = (y % patchSize * patchSize + x % patchSize) * channels + c;
                    int fromX = flip ? width - 1 - x : x;
                    Assert.AreEqual(image[(y * width + fromX) * channels + c], patches[patch * patchSize * patchSize * channels + element]);
                }
            }
        }
    }

    [TestMethod]
    public void ToImage_OfPatches_GivesTheImageBack()
    {
        var grid = new PatchGrid(3, 2);
        byte[] image = new byte[grid.Count * 5 * 5 * 3];
        new Random(1).NextBytes(image);
        byte[] patches = new byte[image.Length];
        byte[] back = new byte[image.Length];

        PatchLayout.ToPatches<byte>(image, grid, 5, 3, false, patches);
        PatchLayout.ToImage<byte>(patches, grid, 5, 3, back);

        Assert.AreSequenceEqual(image, back);
    }

    [TestMethod]
    public void ToChannelsFirst_TwoPixels_SeparatesPlanes()
    {
        float[] planes = new float[6];

        PatchLayout.ToChannelsFirst([1, 2, 3, 4, 5, 255], 3, planes);

        Assert.AreSequenceEqual(new float[] { 1, 4, 2, 5, 3, 255 }, planes);
    }

    [TestMethod]
    public void ToPatches_WrongSize_SaysWhatIsNeeded()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => PatchLayout.ToPatches<byte>(new byte[11], new PatchGrid(1, 1), 2, 3, false, new byte[12]));

        Assert.Contains("needs 12", error.Message);
    }
}
