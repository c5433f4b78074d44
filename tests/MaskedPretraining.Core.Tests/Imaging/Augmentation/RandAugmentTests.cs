using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Tests.Imaging.Augmentation;

[TestClass]
public sealed class RandAugmentTests
{
    [TestMethod]
    public void Apply_Random_EqualsTheOperationsOfItsDraws()
    {
        const int Samples = 400;
        int[] counts = new int[15];
        int applied = 0;
        var subject = new RandAugment((1, 2, 3));
        var single = new RandAugment((1, 2, 3));
        byte[] original = MemoryImageSource.NoiseImage(new Random(1), 12, 10).Pixels;
        for (int sample = 0; sample < Samples; sample++)
        {
            var draws = Stream(sample);
            byte[] expected = [.. original], pixels = [.. original];
            for (int number = 0; number < 2; number++)
            {
                int operation = draws.NextInt32(15);
                bool isApplied = draws.NextDouble() < 0.5;
                double magnitude = Math.Min(10, 9 + 0.5 * draws.NextGaussian());
                bool isNegative = draws.NextDouble() < 0.5;
                counts[operation]++;
                if (isApplied)
                {
                    applied++;
                    single.Apply((AugmentationOperation)operation, magnitude, isNegative, expected, 10, 12);
                }
            }

            subject.Apply(pixels, 10, 12, Stream(sample));
            Assert.AreSequenceEqual(expected, pixels);
        }

        // 53 of each on average, standard deviation 7; half of 800 applied, standard deviation 14: five of them.
        Assert.IsTrue(Array.TrueForAll(counts, count => count is > 53 - 35 and < 53 + 35), string.Join(' ', counts));
        Assert.IsInRange(400 - 70, 400 + 70, applied);
    }

    [TestMethod]
    public void Apply_ProbabilityZero_ChangesNothing()
    {
        byte[] original = MemoryImageSource.NoiseImage(new Random(1), 8, 8).Pixels;
        byte[] pixels = [.. original];

        new RandAugment((1, 2, 3), new RandAugmentOptions { Probability = 0 }).Apply(pixels, 8, 8, Stream(0));

        Assert.AreSequenceEqual(original, pixels);
    }

    [TestMethod]
    public void Apply_OneImageAfterAnother_DoesNotRememberTheLast()
    {
        byte[] large = MemoryImageSource.NoiseImage(new Random(1), 20, 20).Pixels;
        byte[] original = MemoryImageSource.NoiseImage(new Random(2), 9, 9).Pixels;
        var used = new RandAugment((1, 2, 3));
        foreach (AugmentationOperation operation in Enum.GetValues<AugmentationOperation>())
        {
            byte[] first = [.. large], afterwards = [.. original], fresh = [.. original];
            used.Apply(operation, 9, false, first, 20, 20);
            used.Apply(operation, 9, true, afterwards, 9, 9);
            new RandAugment((1, 2, 3)).Apply(operation, 9, true, fresh, 9, 9);

            Assert.AreSequenceEqual(fresh, afterwards, $"{operation}");
        }
    }

    [TestMethod]
    public void Apply_BadInput_SaysWhat()
    {
        var subject = new RandAugment((1, 2, 3));

        Assert.Contains("4x5 pixels of 3 channels need 60 bytes, but there are 20", Assert.ThrowsExactly<ArgumentException>(() => subject.Apply(AugmentationOperation.Color, 1, false, new byte[20], 4, 5)).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => subject.Apply(AugmentationOperation.Color, 11, false, new byte[3], 1, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => subject.Apply((AugmentationOperation)15, 1, false, new byte[3], 1, 1));
    }

    [TestMethod]
    public void Constructor_BadOptions_NamesAllOfThem()
    {
        var options = new RandAugmentOptions { Operations = 0, Magnitude = 11, MagnitudeDeviation = double.NaN, Probability = -1 };

        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => new RandAugment((1, 2, 3), options));

        Assert.HasCount(4, error.Errors);
    }

    private static RandomStream Stream(int sample) => new(4, RandomPurpose.RandAugment, 0, sample);
}
