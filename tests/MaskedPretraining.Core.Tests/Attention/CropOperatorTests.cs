using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

[TestClass]
public sealed class CropOperatorTests
{
    // The published values have six decimals; weights around 200 have an error of 1e-5 in single precision.
    private const float Published = 2e-5f;

    // Sums of up to 64 products around 1, in double precision, rounded to single once.
    private const float Rounding = 1e-5f;

    private const int Trials = 30;

    private static readonly PatchGrid Fourteen = new(14, 14);

    [TestMethod]
    public void Apply_PublishedCrop_HasThePublishedWeights()
    {
        float[] weights = Apply(Ramp(), Fourteen, 375, 500, new CropBox(30, 120, 300, 260), false, Fourteen, 16);
        Assert.AreEqual(22.843077f, weights[0], Published);
        Assert.AreEqual(31.717744f, weights[13], Published);
        Assert.AreEqual(213.989744f, weights[13 * 14], Published);
        Assert.AreEqual(222.864410f, weights[^1], Published);
        Assert.AreEqual(24079.3337, weights.Sum(weight => (double)weight), 1e-3);
    }

    [TestMethod]
    public void Apply_WholeImage_HasThePublishedWeights()
    {
        float[] weights = Apply(Ramp(), Fourteen, 375, 500, new CropBox(0, 0, 375, 500), false, Fourteen, 16);
        Assert.AreEqual(137.846154f, weights[7 * 14 + 7], Published);
        Assert.AreEqual(25088, weights.Sum(weight => (double)weight), 1e-3);
    }

    [TestMethod]
    public void Apply_ManyCrops_AgreeWithSamplingEveryPixel()
    {
        var random = new Randomness.RandomStream(1, Randomness.RandomPurpose.Crop, 0, 0);
        for (int trial = 0; trial < Trials; trial++)
        {
            var (mapGrid, map, cropGrid, height, width, box, flip) = RandomCrop(random);
            int patchSize = 1 + random.NextInt32(8);
            float[] expected = Reference(map, mapGrid, height, width, box, flip, cropGrid, patchSize);
            float[] actual = Apply(map, mapGrid, height, width, box, flip, cropGrid, patchSize);
            for (int patch = 0; patch < expected.Length; patch++)
            {
                Assert.AreEqual(expected[patch], actual[patch], Rounding * patchSize * patchSize, $"trial {trial}, patch {patch}");
            }
        }
    }

    [TestMethod]
    public void Apply_AreaMean_IsTheMeanOfTheAreaUnderEachPatch()
    {
        var random = new Randomness.RandomStream(2, Randomness.RandomPurpose.Crop, 0, 0);
        for (int trial = 0; trial < Trials; trial++)
        {
            var (mapGrid, map, cropGrid, height, width, box, flip) = RandomCrop(random);
            float[] actual = Apply(map, mapGrid, height, width, box, flip, cropGrid, 4, MapCrop.AreaMean);
            for (int patch = 0; patch < actual.Length; patch++)
            {
                Assert.AreEqual(MeanUnder(patch, map, mapGrid, height, width, box, flip, cropGrid), actual[patch], Rounding, $"trial {trial}, patch {patch}");
            }
        }
    }

    [TestMethod]
    public void Apply_Nearest_TakesValuesOfTheMapAlone()
    {
        var random = new Randomness.RandomStream(3, Randomness.RandomPurpose.Crop, 0, 0);
        for (int trial = 0; trial < Trials; trial++)
        {
            var (mapGrid, map, cropGrid, height, width, box, flip) = RandomCrop(random);
            float[] actual = Apply(map, mapGrid, height, width, box, flip, cropGrid, 4, MapCrop.Nearest);
            for (int patch = 0; patch < actual.Length; patch++)
            {
                int column = patch % cropGrid.Columns;
                double y = box.Top + (patch / cropGrid.Columns + 0.5) * box.Height / cropGrid.Rows;
                double x = box.Left + ((flip ? cropGrid.Columns - 1 - column : column) + 0.5) * box.Width / cropGrid.Columns;
                Assert.AreEqual(map[(int)(y * mapGrid.Rows / height) * mapGrid.Columns + (int)(x * mapGrid.Columns / width)], actual[patch], $"trial {trial}, patch {patch}");
            }
        }
    }

    [TestMethod]
    [DataRow(30, 120, 300, 260, 2, 2)]
    [DataRow(75, 120, 300, 260, 3, 2)]
    [DataRow(30, 240, 300, 260, 2, 3)]
    [DataRow(0, 0, 375, 500, 3, 3)]
    public void Apply_AsReleased_StretchesTheTopLeftCorner(int top, int left, int height, int width, int rows, int columns)
    {
        float[] corner = [.. Enumerable.Range(0, rows * columns).Select(cell => Ramp()[cell / columns * 14 + cell % columns])];
        var grid = new PatchGrid(rows, columns);
        float[] expected = Reference(corner, grid, rows, columns, new CropBox(0, 0, rows, columns), true, Fourteen, 16);

        float[] actual = Apply(Ramp(), Fourteen, 375, 500, new CropBox(top, left, height, width), true, Fourteen, 16, MapCrop.AsReleased);

        for (int patch = 0; patch < expected.Length; patch++)
        {
            Assert.AreEqual(expected[patch], actual[patch], Published, $"patch {patch}");
        }
    }

    [TestMethod]
    [DataRow(MapCrop.PixelSum)]
    [DataRow(MapCrop.AreaMean)]
    [DataRow(MapCrop.Nearest)]
    [DataRow(MapCrop.AsReleased)]
    public void Apply_Flip_ReversesTheColumns(MapCrop crop)
    {
        var grid = new PatchGrid(3, 4);
        var box = new CropBox(3, 5, 20, 17);
        float[] plain = Apply(Ramp(), Fourteen, 40, 50, box, false, grid, 4, crop);
        float[] flipped = Apply(Ramp(), Fourteen, 40, 50, box, true, grid, 4, crop);
        CollectionAssert.AreEqual(plain.Chunk(4).SelectMany(row => row.Reverse()).ToArray(), flipped);
    }

    [TestMethod]
    public void Apply_BoxOutsideTheImage_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => Apply(Ramp(), Fourteen, 40, 50, new CropBox(30, 0, 11, 10), false, Fourteen, 16));

    private static float[] Ramp() => [.. Enumerable.Range(0, 196).Select(cell => cell / 195f)];

    private static float[] Apply(float[] map, PatchGrid mapGrid, int height, int width, CropBox box, bool flip, PatchGrid cropGrid, int patchSize, MapCrop crop = MapCrop.PixelSum)
    {
        var weights = new float[cropGrid.Count];
        CropOperator.Apply(map, mapGrid, height, width, box, flip, cropGrid, patchSize, weights, crop);
        return weights;
    }

    private static (PatchGrid MapGrid, float[] Map, PatchGrid CropGrid, int Height, int Width, CropBox Box, bool Flip) RandomCrop(Randomness.RandomStream random)
    {
        var mapGrid = new PatchGrid(1 + random.NextInt32(9), 1 + random.NextInt32(9));
        var cropGrid = new PatchGrid(1 + random.NextInt32(6), 1 + random.NextInt32(6));
        float[] map = [.. Enumerable.Range(0, mapGrid.Count).Select(_ => random.NextSingle())];
        int height = 5 + random.NextInt32(60);
        int width = 5 + random.NextInt32(60);
        var box = new CropBox(random.NextInt32(height), random.NextInt32(width), 1, 1);
        box = box with { Height = 1 + random.NextInt32(height - box.Top), Width = 1 + random.NextInt32(width - box.Left) };
        return (mapGrid, map, cropGrid, height, width, box, random.NextInt32(2) == 1);
    }

    /// <summary>Goes through all map cells and weighs each by its area under the patch.</summary>
    private static double MeanUnder(int patch, float[] map, PatchGrid mapGrid, int height, int width, CropBox box, bool flip, PatchGrid cropGrid)
    {
        int row = patch / cropGrid.Columns;
        int column = flip ? cropGrid.Columns - 1 - (patch % cropGrid.Columns) : patch % cropGrid.Columns;
        double sum = 0;
        double area = 0;
        for (int cell = 0; cell < map.Length; cell++)
        {
            double rows = Overlap(cell / mapGrid.Columns, (double)height / mapGrid.Rows, box.Top, (double)box.Height / cropGrid.Rows, row);
            double columns = Overlap(cell % mapGrid.Columns, (double)width / mapGrid.Columns, box.Left, (double)box.Width / cropGrid.Columns, column);
            sum += rows * columns * map[cell];
            area += rows * columns;
        }

        return sum / area;

        // In pixels of the image.
        static double Overlap(int cell, double cellSide, int start, double patchSide, int patch) =>
            Math.Max(0, Math.Min((cell + 1) * cellSide, start + ((patch + 1) * patchSide)) - Math.Max(cell * cellSide, start + (patch * patchSide)));
    }

    /// <summary>Reads the map at every pixel of the crop, flips the picture, then sums over patches.</summary>
    private static float[] Reference(float[] map, PatchGrid mapGrid, int height, int width, CropBox box, bool flip, PatchGrid cropGrid, int patchSize)
    {
        int rows = cropGrid.Rows * patchSize;
        int columns = cropGrid.Columns * patchSize;
        var sums = new double[cropGrid.Count];
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                double mapY = Math.Clamp((box.Top + (y + 0.5) * box.Height / rows) * mapGrid.Rows / height - 0.5, 0, mapGrid.Rows - 1);
                double mapX = Math.Clamp((box.Left + (x + 0.5) * box.Width / columns) * mapGrid.Columns / width - 0.5, 0, mapGrid.Columns - 1);
                int shownX = flip ? columns - 1 - x : x;
                sums[y / patchSize * cropGrid.Columns + shownX / patchSize] += Bilinear(map, mapGrid, mapY, mapX);
            }
        }

        return Array.ConvertAll(sums, sum => (float)sum);
    }

    private static double Bilinear(float[] map, PatchGrid grid, double y, double x)
    {
        int y0 = (int)Math.Floor(y);
        int x0 = (int)Math.Floor(x);
        int y1 = Math.Min(y0 + 1, grid.Rows - 1);
        int x1 = Math.Min(x0 + 1, grid.Columns - 1);
        double top = map[y0 * grid.Columns + x0] * (1 - (x - x0)) + map[y0 * grid.Columns + x1] * (x - x0);
        double bottom = map[y1 * grid.Columns + x0] * (1 - (x - x0)) + map[y1 * grid.Columns + x1] * (x - x0);
        return top * (1 - (y - y0)) + bottom * (y - y0);
    }
}
