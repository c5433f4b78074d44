using MaskedPretraining.Core.Imaging.Augmentation;

namespace MaskedPretraining.Core.Tests.Imaging.Augmentation;

// All expected values are computed by hand: lacking + factor * (value - lacking), the fraction cut off.
[TestClass]
public sealed class EnhanceOperationsTests
{
    private static readonly RandAugment Subject = new((1, 2, 3));

    [TestMethod]
    // Grey of (200, 100, 50) is 124.7, cut to 124. Factors 1.9 and 0.1.
    [DataRow(AugmentationOperation.Color, false, new byte[] { 255, 78, 0 })]
    [DataRow(AugmentationOperation.Color, true, new byte[] { 131, 121, 116 })]
    [DataRow(AugmentationOperation.Brightness, false, new byte[] { 255, 190, 95 })]
    [DataRow(AugmentationOperation.Brightness, true, new byte[] { 20, 10, 5 })]
    // One pixel's mean grey is its own, 124 again.
    [DataRow(AugmentationOperation.Contrast, false, new byte[] { 255, 78, 0 })]
    [DataRow(AugmentationOperation.Contrast, true, new byte[] { 131, 121, 116 })]
    public void Apply_FullStrength_BlendsByFactor(AugmentationOperation operation, bool isNegative, byte[] expected)
    {
        byte[] pixel = [200, 100, 50];

        Subject.Apply(operation, 10, isNegative, pixel, 1, 1);

        Assert.AreSequenceEqual(expected, pixel);
    }

    [TestMethod]
    public void Contrast_TwoGreys_BlendsWithTheirRoundedMean()
    {
        byte[] pixels = [100, 100, 100, 201, 201, 201];

        Subject.Apply(AugmentationOperation.Contrast, 10, true, pixels, 1, 2);

        // The mean 150.5 becomes 151.
        Assert.AreSequenceEqual(new byte[] { 145, 145, 145, 156, 156, 156 }, pixels);
    }

    [TestMethod]
    [DataRow(false, (byte)202)]
    [DataRow(true, (byte)58)]
    public void Sharpness_DotOnBlack_BlendsCentreWithItsSmoothingAndKeepsTheEdge(bool isNegative, byte expected)
    {
        // The dot of 130 smoothed: 5 of 13 parts are 50.
        byte[] pixels = new byte[27];
        pixels.AsSpan(12, 3).Fill(130);

        Subject.Apply(AugmentationOperation.Sharpness, 10, isNegative, pixels, 3, 3);

        byte[] dot = new byte[27];
        dot.AsSpan(12, 3).Fill(expected);
        Assert.AreSequenceEqual(dot, pixels);
    }

    [TestMethod]
    public void Sharpness_Noise_EqualsThePlainSums()
    {
        const int Height = 9, Width = 7;
        byte[] original = MemoryImageSource.NoiseImage(new Random(2), Width, Height).Pixels;
        byte[] expected = [.. original];
        for (int y = 1; y < Height - 1; y++)
        {
            for (int x = 1; x < Width - 1; x++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    double sum = 0;
                    for (int dy = -1; dy <= 1; dy++)
                    {
                        for (int dx = -1; dx <= 1; dx++)
                        {
                            sum += original[((y + dy) * Width + x + dx) * 3 + channel] * (dy == 0 && dx == 0 ? 5 : 1);
                        }
                    }

                    int at = (y * Width + x) * 3 + channel;
                    float smooth = (float)Math.Floor(sum / 13 + 0.5);
                    expected[at] = (byte)Math.Clamp(smooth + 1.45f * (original[at] - smooth), 0, 255);
                }
            }
        }

        byte[] pixels = [.. original];
        Subject.Apply(AugmentationOperation.Sharpness, 5, false, pixels, Height, Width);

        Assert.AreSequenceEqual(expected, pixels);
    }

    [TestMethod]
    [DataRow(AugmentationOperation.Color)]
    [DataRow(AugmentationOperation.Contrast)]
    [DataRow(AugmentationOperation.Brightness)]
    [DataRow(AugmentationOperation.Sharpness)]
    public void Apply_NoStrength_ChangesNothing(AugmentationOperation operation)
    {
        byte[] original = MemoryImageSource.NoiseImage(new Random(3), 6, 5).Pixels;
        byte[] pixels = [.. original];

        Subject.Apply(operation, 0, true, pixels, 5, 6);

        Assert.AreSequenceEqual(original, pixels);
    }
}
