using MaskedPretraining.Core.Imaging.Augmentation;

namespace MaskedPretraining.Core.Tests.Imaging.Augmentation;

[TestClass]
public sealed class AffineOperationsTests
{
    // Weights instead of Horner's form round otherwise, and fractions are cut off: one level either way.
    private const int Slack = 1;
    private static readonly byte[] Fill = [10, 20, 30];
    private static readonly RandAugment Subject = new((10, 20, 30));

    [TestMethod]
    [DataRow(AugmentationOperation.Rotate, 24, 20)]
    [DataRow(AugmentationOperation.ShearX, 24, 20)]
    [DataRow(AugmentationOperation.ShearY, 24, 20)]
    [DataRow(AugmentationOperation.TranslateX, 24, 20)]
    [DataRow(AugmentationOperation.TranslateY, 24, 20)]
    [DataRow(AugmentationOperation.Rotate, 1, 3)]
    [DataRow(AugmentationOperation.ShearX, 2, 1)]
    public void Apply_Noise_EqualsThePlainSums(AugmentationOperation operation, int height, int width)
    {
        byte[] original = MemoryImageSource.NoiseImage(new Random(7), width, height).Pixels;
        foreach (bool isNegative in new[] { false, true })
        {
            byte[] pixels = [.. original];
            Subject.Apply(operation, 8.3, isNegative, pixels, height, width);

            double level = isNegative ? -0.83 : 0.83;
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    var (fromX, fromY) = Source(operation, level, x + 0.5, y + 0.5, height, width);
                    for (int channel = 0; channel < 3; channel++)
                    {
                        Assert.IsInRange(-Slack, Slack, Sample(original, height, width, fromX, fromY, channel) - pixels[(y * width + x) * 3 + channel], $"{operation} {isNegative} ({y}, {x})");
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Translate_WholePixels_MovesThemUnchangedAndFillsTheRest()
    {
        byte[] original = MemoryImageSource.NoiseImage(new Random(1), 20, 20).Pixels;
        byte[] left = [.. original], down = [.. original];

        // 0.45 of 20 is 9 pixels.
        Subject.Apply(AugmentationOperation.TranslateX, 10, false, left, 20, 20);
        Subject.Apply(AugmentationOperation.TranslateY, 10, true, down, 20, 20);

        for (int y = 0; y < 20; y++)
        {
            for (int x = 0; x < 20; x++)
            {
                Assert.AreSequenceEqual(x + 9 < 20 ? Pixel(original, y, x + 9) : Fill, Pixel(left, y, x));
                Assert.AreSequenceEqual(y >= 9 ? Pixel(original, y - 9, x) : Fill, Pixel(down, y, x));
            }
        }
    }

    [TestMethod]
    public void Rotate_Positive_TurnsCounterclockwise()
    {
        // A white square right of the centre of 41x41 goes up: 15 right becomes 13 right and 7.5 up.
        byte[] pixels = new byte[41 * 41 * 3];
        for (int y = 19; y <= 21; y++)
        {
            pixels.AsSpan((y * 41 + 34) * 3, 9).Fill(255);
        }

        Subject.Apply(AugmentationOperation.Rotate, 10, false, pixels, 41, 41);

        Assert.AreSequenceEqual(new byte[] { 255, 255, 255 }, Pixel(pixels, 12, 33, 41));
        Assert.AreSequenceEqual(new byte[3], Pixel(pixels, 20, 35, 41));
        Assert.AreSequenceEqual(Fill, Pixel(pixels, 0, 0, 41));
    }

    [TestMethod]
    [DataRow(AugmentationOperation.Rotate)]
    [DataRow(AugmentationOperation.ShearX)]
    [DataRow(AugmentationOperation.ShearY)]
    [DataRow(AugmentationOperation.TranslateX)]
    [DataRow(AugmentationOperation.TranslateY)]
    public void Apply_NoStrength_ChangesNothing(AugmentationOperation operation)
    {
        byte[] original = MemoryImageSource.NoiseImage(new Random(3), 6, 5).Pixels;
        byte[] pixels = [.. original];

        Subject.Apply(operation, 0, true, pixels, 5, 6);

        Assert.AreSequenceEqual(original, pixels);
    }

    private static (double X, double Y) Source(AugmentationOperation operation, double level, double x, double y, int height, int width)
    {
        double angle = double.DegreesToRadians(-30 * level), right = x - width / 2.0, down = y - height / 2.0;
        return operation switch
        {
            AugmentationOperation.Rotate => (width / 2.0 + Math.Cos(angle) * right + Math.Sin(angle) * down, height / 2.0 - Math.Sin(angle) * right + Math.Cos(angle) * down),
            AugmentationOperation.ShearX => (x + 0.3 * level * y, y),
            AugmentationOperation.ShearY => (x, y + 0.3 * level * x),
            AugmentationOperation.TranslateX => (x + 0.45 * level * width, y),
            _ => (x, y + 0.45 * level * height),
        };
    }

    private static int Sample(byte[] pixels, int height, int width, double x, double y, int channel)
    {
        if (x < 0 || x >= width || y < 0 || y >= height)
        {
            return Fill[channel];
        }

        double sum = 0;
        for (int row = (int)Math.Floor(y - 0.5) - 1; row <= Math.Floor(y - 0.5) + 2; row++)
        {
            for (int column = (int)Math.Floor(x - 0.5) - 1; column <= Math.Floor(x - 0.5) + 2; column++)
            {
                byte value = pixels[(Math.Clamp(row, 0, height - 1) * width + Math.Clamp(column, 0, width - 1)) * 3 + channel];
                sum += value * Weight(y - 0.5 - row) * Weight(x - 0.5 - column);
            }
        }

        return (int)Math.Clamp(sum, 0, 255);
    }

    // Keys' cubic with a = -1.
    private static double Weight(double distance)
    {
        double t = Math.Abs(distance);
        return t < 1 ? (t - 2) * t * t + 1 : t < 2 ? ((-t + 5) * t - 8) * t + 4 : 0;
    }

    private static byte[] Pixel(byte[] pixels, int y, int x, int width = 20) => pixels.AsSpan((y * width + x) * 3, 3).ToArray();
}
