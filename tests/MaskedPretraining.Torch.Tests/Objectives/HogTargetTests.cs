using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Objectives;

[TestClass]
public sealed class HogTargetTests
{
    // Single precision against double; histograms are at most 1.
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DataRow(3, 16, 8, 9, null)]
    [DataRow(1, 8, 4, 6, null)]
    [DataRow(3, 16, 16, 9, 16)]
    public void Of_RandomImages_EqualsTheLoopOverPixels(int channels, int patch, int cell, int bins, int? window)
    {
        var images = Images(patch, 3 * patch, 2 * patch, channels);
        var options = new HogOptions { CellSize = cell, Bins = bins, GaussianWindow = window };
        float[] first = Noise(images, 0), second = Noise(images, 1);
        using var scope = NewDisposeScope();
        var targets = new HogTarget(images, options).Of(PatchesOf(images, first, second));
        CollectionAssert.AreEqual(new long[] { 2, 6, options.FeaturesOf(images) }, targets.shape);
        AssertClose([.. Reference(images, options, first), .. Reference(images, options, second)], TensorMemory.ToSingles(targets));
    }

    [TestMethod]
    [DataRow(1.0, 0.0, 4)]
    [DataRow(0.0, 1.0, 0)]
    [DataRow(1.0, 1.0, 2)]
    public void Of_Ramp_FillsTheBinOfItsDirection(double right, double down, int bin)
    {
        // MaskFeat's own code: interior cells of ramps that grow to the right, downwards and along the diagonal.
        var images = Images(8, 24, 24, 1);
        var pixels = new float[24 * 24];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)((right * (i % 24)) + (down * (i / 24)));
        }

        using var scope = NewDisposeScope();
        float[] targets = TensorMemory.ToSingles(new HogTarget(images, new HogOptions()).Of(PatchesOf(images, pixels)));
        float[] expected = new float[9];
        expected[bin] = 1;
        CollectionAssert.AreEqual(expected, targets[(4 * 9)..(5 * 9)], "the middle patch is one cell");
    }

    [TestMethod]
    public void Of_ImageTurnedIntoItsNegative_IsTheSame()
    {
        var images = Images(8, 16, 16, 3);
        float[] pixels = Noise(images, 2);
        using var scope = NewDisposeScope();
        var target = new HogTarget(images, new HogOptions());
        float[] plain = TensorMemory.ToSingles(target.Of(PatchesOf(images, pixels)));
        AssertClose(Array.ConvertAll(plain, value => (double)value), TensorMemory.ToSingles(target.Of(PatchesOf(images, Array.ConvertAll(pixels, value => -value)))));
    }

    [TestMethod]
    public void Of_ConstantImage_IsZero()
    {
        var images = Images(8, 16, 16, 3);
        using var scope = NewDisposeScope();
        var targets = new HogTarget(images, new HogOptions()).Of(ones(1, 4, images.PatchLength));
        Assert.AreEqual(0f, targets.abs().max().ToSingle());
    }

    [TestMethod]
    public void Of_MaskedPatchesAlone_IsRefused()
    {
        var images = Images(8, 16, 16, 3);
        using var scope = NewDisposeScope();
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new HogTarget(images, new HogOptions()).Of(ones(2, 3, images.PatchLength)));
        StringAssert.Contains(exception.Message, "[B, 4, 192]");
        StringAssert.Contains(exception.Message, "[2, 3, 192]");
    }

    [TestMethod]
    public void Of_Repeated_LeavesNoTensorBehind()
    {
        var images = Images(8, 16, 16, 3);
        using var scope = NewDisposeScope();
        var patches = ones(1, 4, images.PatchLength).requires_grad_();
        long before = LiveTensors.Settled();
        using (var targets = new HogTarget(images, new HogOptions { GaussianWindow = 8 }).Of(patches))
        {
            Assert.IsFalse(targets.requires_grad);
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    private static VisionTransformerOptions Images(int patch, int height, int width, int channels) =>
        new() { ImageHeight = height, ImageWidth = width, PatchSize = patch, Channels = channels };

    private static float[] Noise(VisionTransformerOptions images, int number)
    {
        var random = new RandomStream(1, RandomPurpose.Initialization, 0, number);
        var pixels = new float[images.ImageHeight * images.ImageWidth * images.Channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)random.NextGaussian();
        }

        return pixels;
    }

    private static Tensor PatchesOf(VisionTransformerOptions images, params float[][] pixels)
    {
        var patches = new float[pixels.Length * pixels[0].Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            PatchLayout.ToPatches<float>(pixels[i], images.Grid, images.PatchSize, images.Channels, false, patches.AsSpan(i * pixels[i].Length, pixels[i].Length));
        }

        return TensorMemory.From<float>(patches, ScalarType.Float32, CPU, pixels.Length, images.Grid.Count, images.PatchLength);
    }

    /// <summary>The definition, pixel by pixel in double precision.</summary>
    private static double[] Reference(VisionTransformerOptions images, HogOptions options, float[] pixels)
    {
        int height = images.ImageHeight, width = images.ImageWidth, channels = images.Channels, size = options.CellSize, cells = images.PatchSize / size;
        var sums = new double[images.Grid.Count * options.FeaturesOf(images)];
        for (int channel = 0; channel < channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    double gx = At(y - 1, x - 1) + (2 * At(y, x - 1)) + At(y + 1, x - 1) - At(y - 1, x + 1) - (2 * At(y, x + 1)) - At(y + 1, x + 1);
                    double gy = At(y - 1, x - 1) + (2 * At(y - 1, x)) + At(y - 1, x + 1) - At(y + 1, x - 1) - (2 * At(y + 1, x)) - At(y + 1, x + 1);
                    int bin = ((int)Math.Floor(Math.Atan2(gx, gy) / Math.PI * options.Bins) + options.Bins) % options.Bins;
                    int patch = (y / images.PatchSize * images.Grid.Columns) + (x / images.PatchSize);
                    int cell = (y % images.PatchSize / size * cells) + (x % images.PatchSize / size);
                    sums[(patch * options.FeaturesOf(images)) + (((channel * options.Bins) + bin) * cells * cells) + cell] += WindowAt(y, x) * Math.Sqrt((gx * gx) + (gy * gy));
                }
            }

            double At(int y, int x) => pixels[(((Mirror(y, height) * width) + Mirror(x, width)) * channels) + channel];
        }

        return Normalize(sums, options.Bins, cells * cells);

        double WindowAt(int y, int x) => options.GaussianWindow is { } side ? Bell(y % side, side) * Bell(x % side, side) : 1;
    }

    private static double Bell(int place, int side) => Math.Exp(-0.5 * Math.Pow((place - ((side - 1) / 2.0)) / (side / 2.0), 2));

    private static int Mirror(int place, int length) => place < 0 ? -place : place >= length ? (2 * length) - 2 - place : place;

    private static double[] Normalize(double[] sums, int bins, int cells)
    {
        for (int start = 0; start < sums.Length; start += bins * cells)
        {
            for (int cell = start; cell < start + cells; cell++)
            {
                double norm = Math.Sqrt(Enumerable.Range(0, bins).Sum(bin => sums[cell + (bin * cells)] * sums[cell + (bin * cells)]));
                for (int bin = 0; bin < bins; bin++)
                {
                    sums[cell + (bin * cells)] /= norm;
                }
            }
        }

        return sums;
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Tolerance, $"element {i}");
        }
    }
}
