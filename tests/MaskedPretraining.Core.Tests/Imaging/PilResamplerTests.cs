using System.Runtime.Intrinsics.X86;
using System.Text.Json;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Tests;

namespace MaskedPretraining.Core.Tests.Imaging;

[TestClass]
public sealed class PilResamplerTests
{
    // Real-valued weights instead of 22-bit ones move a sum by less than 1e-4, which may tip one rounding in each of the two passes.
    private const int GreyLevelsOfFixedPoint = 1;

    [TestMethod]
    [DataRow(ResampleFilter.Bicubic)]
    [DataRow(ResampleFilter.Bilinear)]
    public void Resize_ManySizes_EqualsSlowReference(ResampleFilter filter)
    {
        var random = new Random(5);
        var resampler = new PilResampler(filter);
        for (int trial = 0; trial < 40; trial++)
        {
            RgbImage image = MemoryImageSource.NoiseImage(random, random.Next(1, 60), random.Next(1, 60), random.Next(2) == 0 ? 3 : random.Next(1, 5));
            int height = random.Next(1, image.Height + 1);
            int width = random.Next(1, image.Width + 1);
            var box = new CropBox(random.Next(image.Height - height + 1), random.Next(image.Width - width + 1), height, width);
            (int outHeight, int outWidth) = (random.Next(1, 50), random.Next(1, 50));

            RgbImage actual = resampler.Resize(image, box, outHeight, outWidth);

            byte[] expected = Reference(image, box, outHeight, outWidth, filter);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.IsInRange(expected[i] - GreyLevelsOfFixedPoint, expected[i] + GreyLevelsOfFixedPoint, actual.Pixels[i], $"{box} to {outHeight}x{outWidth}, byte {i}");
            }
        }
    }

    [TestMethod]
    public void Resize_GoldenCases_EqualsPillowToTheByte()
    {
        if (SharedData.Find("golden") is not { } golden)
        {
            return;
        }

        foreach (string folder in Directory.GetDirectories(golden, "pil-*-resize-*"))
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
            JsonElement options = json.RootElement.GetProperty("options");
            int[] box = [.. options.GetProperty("box").EnumerateArray().Select(side => side.GetInt32())];
            StateDictionary tensors = SafetensorsFile.Read(Path.Combine(folder, "tensors.safetensors"));
            TensorData stored = tensors["in/image"];
            var filter = options.GetProperty("filter").GetString() == "bicubic" ? ResampleFilter.Bicubic : ResampleFilter.Bilinear;

            RgbImage actual = new PilResampler(filter).Resize(
                new RgbImage((int)stored.Shape[1], (int)stored.Shape[0], stored.Bytes),
                new CropBox(box[0], box[1], box[2], box[3]),
                options.GetProperty("height").GetInt32(),
                options.GetProperty("width").GetInt32());

            Assert.AreSequenceEqual(tensors["out/image"].Bytes, actual.Pixels, folder);
        }
    }

    [TestMethod]
    [DataRow(ResampleFilter.Bicubic, false)]
    [DataRow(ResampleFilter.Bicubic, true)]
    [DataRow(ResampleFilter.Bilinear, true)]
    public void Resize_WithAndWithoutDotProducts_GivesTheSameBytes(ResampleFilter filter, bool flip)
    {
        if (!AvxVnni.IsSupported)
        {
            Assert.Inconclusive("This processor has no dot products of bytes; there is one way to multiply only.");
        }

        var random = new Random(9);
        var (fast, plain) = (new PilResampler(filter, withDotProducts: true), new PilResampler(filter, withDotProducts: false));
        for (int trial = 0; trial < 300; trial++)
        {
            RgbImage image = MemoryImageSource.NoiseImage(random, random.Next(1, 90), random.Next(1, 90), random.Next(4) == 0 ? 1 : 3);
            if (trial % 3 == 0)
            {
                // The largest and smallest sums: black and white beside each other.
                Array.ForEach([.. Enumerable.Range(0, image.Pixels.Length)], place => image.Pixels[place] = (byte)(image.Pixels[place] < 128 ? 0 : 255));
            }

            var box = new CropBox(random.Next(image.Height), random.Next(image.Width), 0, 0);
            box = box with { Height = image.Height - box.Top, Width = image.Width - box.Left };
            (int height, int width) = (random.Next(1, 70), random.Next(1, 70));
            byte[] expected = new byte[height * width * image.Channels], actual = new byte[expected.Length];

            plain.Resize((PixelView)image, box, height, width, flip, expected);
            fast.Resize((PixelView)image, box, height, width, flip, actual);

            Assert.AreSequenceEqual(expected, actual, $"{box} to {height}x{width}");
        }
    }

    [TestMethod]
    [DataRow(9, 13)]
    [DataRow(7, 5)]
    public void Resize_Flipped_IsTheMirrorImage(int height, int width)
    {
        RgbImage image = MemoryImageSource.NoiseImage(new Random(2), 13, 9);
        var resampler = new PilResampler(ResampleFilter.Bicubic);
        byte[] flipped = new byte[height * width * 3];
        byte[] expected = resampler.Resize(image, new CropBox(0, 0, 9, 13), height, width).Pixels;

        resampler.Resize((PixelView)image, new CropBox(0, 0, 9, 13), height, width, flip: true, flipped);

        HorizontalFlip.Apply(flipped, width, 3);
        Assert.AreSequenceEqual(expected, flipped);
    }

    [TestMethod]
    public void Resize_SameSize_CopiesTheBox()
    {
        RgbImage image = MemoryImageSource.NoiseImage(new Random(1), 7, 5);

        RgbImage cut = new PilResampler(ResampleFilter.Bicubic).Resize(image, new CropBox(1, 2, 3, 4), 3, 4);

        for (int y = 0; y < 3; y++)
        {
            Assert.AreSequenceEqual(image.Pixels.AsSpan(((1 + y) * 7 + 2) * 3, 12).ToArray(), cut.Pixels.AsSpan(y * 12, 12).ToArray());
        }
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(1)]
    public void Resize_ConstantImage_StaysConstant(int channels)
    {
        byte[] pixels = new byte[33 * 21 * channels];
        Array.Fill(pixels, (byte)255);

        RgbImage resized = new PilResampler(ResampleFilter.Bicubic).Resize(new RgbImage(33, 21, pixels, channels), new CropBox(0, 0, 21, 33), 50, 8);

        Assert.IsTrue(Array.TrueForAll(resized.Pixels, value => value == 255));
    }

    [TestMethod]
    public void Resize_OneInstanceForManySizes_EqualsFreshOnes()
    {
        var random = new Random(3);
        var kept = new PilResampler(ResampleFilter.Bicubic);
        for (int trial = 0; trial < 30; trial++)
        {
            RgbImage image = MemoryImageSource.NoiseImage(random, random.Next(1, 70), random.Next(1, 70));
            var box = new CropBox(0, 0, image.Height, image.Width);
            int size = random.Next(1, 40);

            Assert.AreSequenceEqual(new PilResampler(ResampleFilter.Bicubic).Resize(image, box, size, size).Pixels, kept.Resize(image, box, size, size).Pixels);
        }
    }

    [TestMethod]
    public void Resize_BoxOutsideImage_NamesBoxAndImage()
    {
        var image = new RgbImage(4, 3, new byte[36]);

        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new PilResampler(ResampleFilter.Bicubic).Resize(image, new CropBox(1, 0, 3, 4), 2, 2));

        Assert.Contains("4x3", error.Message);
        Assert.Contains("Top = 1", error.Message);
    }

    private static byte[] Reference(RgbImage image, CropBox box, int height, int width, ResampleFilter filter)
    {
        byte[] cut = new byte[box.Height * box.Width * image.Channels];
        for (int y = 0; y < box.Height; y++)
        {
            Array.Copy(image.Pixels, ((box.Top + y) * image.Width + box.Left) * image.Channels, cut, y * box.Width * image.Channels, box.Width * image.Channels);
        }

        byte[] narrowed = Axis(cut, box.Height, box.Width, image.Channels, width, filter);
        return Axis(narrowed, 1, box.Height, width * image.Channels, height, filter);
    }

    // Resamples the middle axis of [outer, length, inner].
    private static byte[] Axis(byte[] input, int outer, int length, int inner, int output, ResampleFilter filter)
    {
        if (length == output)
        {
            return input;
        }

        double scale = (double)length / output;
        double stretch = Math.Max(scale, 1);
        double support = stretch * (filter == ResampleFilter.Bicubic ? 2 : 1);
        byte[] result = new byte[outer * output * inner];
        for (int target = 0; target < output; target++)
        {
            double centre = (target + 0.5) * scale;
            int first = Math.Max((int)(centre - support + 0.5), 0);
            int last = Math.Min((int)(centre + support + 0.5), length);
            double[] weights = [.. Enumerable.Range(first, last - first).Select(place => Kernel(Math.Abs((place + 0.5 - centre) / stretch), filter))];
            double total = weights.Sum();
            for (int i = 0; i < outer; i++)
            {
                for (int k = 0; k < inner; k++)
                {
                    double sum = 0;
                    for (int tap = 0; tap < weights.Length; tap++)
                    {
                        sum += input[(i * length + first + tap) * inner + k] * weights[tap] / total;
                    }

                    result[(i * output + target) * inner + k] = (byte)Math.Clamp(Math.Floor(sum + 0.5), 0, 255);
                }
            }
        }

        return result;
    }

    private static double Kernel(double x, ResampleFilter filter)
    {
        const double A = -0.5;
        return (filter, x) switch
        {
            (ResampleFilter.Bilinear, _) => Math.Max(0, 1 - x),
            (_, < 1) => (A + 2) * x * x * x - (A + 3) * x * x + 1,
            (_, < 2) => A * x * x * x - 5 * A * x * x + 8 * A * x - 4 * A,
            _ => 0,
        };
    }
}
