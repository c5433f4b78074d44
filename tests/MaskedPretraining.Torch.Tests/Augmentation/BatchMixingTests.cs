using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Augmentation;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Augmentation;

[TestClass]
public sealed class BatchMixingTests
{
    private static readonly VisionTransformerOptions Architecture = new() { ImageHeight = 6, ImageWidth = 9, PatchSize = 3, Channels = 2, PixelMean = [0], PixelStandardDeviation = [1] };

    [TestMethod]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(1)]
    public void Apply_Mixup_WeighsEveryPixelWithItsPartners(int count) => AssertMixes(count, new BatchMix(0.3, null), (own, partner, _, _) => (0.3f * own) + (0.7f * partner));

    [TestMethod]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(1)]
    public void Apply_CutMix_TakesTheBoxFromThePartner(int count) =>
        AssertMixes(count, new BatchMix(0.5, new CropBox(1, 2, 3, 5)), (own, partner, y, x) => y is >= 1 and < 4 && x is >= 2 and < 7 ? partner : own);

    [TestMethod]
    public void Draw_Defaults_MixEveryBatchHalfByEach()
    {
        const int Draws = 2000;
        BatchMix[] mixes = [.. Enumerable.Range(0, Draws).Select(batch => Mixing(new MixingOptions()).Draw(batch % 7, batch)).OfType<BatchMix>()];
        double[] mixups = [.. mixes.Where(mix => mix.Box is null).Select(mix => mix.Lambda)];

        // Boxes of less than two pixels a side, where nothing is mixed: (2/6)^2 of all lambdas are that near to 1.
        int empty = Draws - mixes.Length;
        Assert.IsInRange(0, (int)(Draws / 2 * 0.15), empty);
        // Five standard deviations: sqrt(2000) / 2 = 22; Beta(0.8, 0.8) has the variance 1 / 10.4.
        Assert.IsInRange(1000 - 112, 1000 + 112, mixups.Length);
        Assert.AreEqual(0.5, mixups.Average(), 5 * Math.Sqrt(1 / 10.4 / mixups.Length));
    }

    [TestMethod]
    public void Draw_OneAlphaZero_TakesTheOtherKindAlone()
    {
        for (int batch = 0; batch < 50; batch++)
        {
            Assert.IsNull(Mixing(new MixingOptions { CutMixAlpha = 0 }).Draw(0, batch)!.Value.Box);
            Assert.IsFalse(Mixing(new MixingOptions { MixupAlpha = 0 }).Draw(0, batch) is { Box: null });
        }
    }

    [TestMethod]
    public void Draw_ProbabilityZero_MixesNothing() => Assert.IsNull(Mixing(new MixingOptions { Probability = 0 }).Draw(0, 0));

    [TestMethod]
    public void Draw_SameNumbers_DrawsTheSame()
    {
        BatchMix?[] first = Draws(epoch: 1), again = Draws(epoch: 1), other = Draws(epoch: 2);

        Assert.AreSequenceEqual(first, again);
        Assert.IsFalse(first.SequenceEqual(other));

        static BatchMix?[] Draws(int epoch) => [.. Enumerable.Range(0, 9).Select(batch => Mixing(new MixingOptions()).Draw(epoch, batch))];
    }

    private static BatchMixing Mixing(MixingOptions options) => new(options, Architecture, seed: 5);

    private static void AssertMixes(int count, BatchMix mix, Func<float, float, int, int, float> expected)
    {
        // One rounding of each product and of the sum.
        const float Tolerance = 1e-6f;
        using var scope = NewDisposeScope();
        var random = new Random(1);
        float[][] images = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 6 * 9 * 2).Select(_ => random.NextSingle()).ToArray())];
        var patches = TensorMemory.From<float>(images.SelectMany(ToPatches).ToArray(), ScalarType.Float32, CPU, count * 6, 18);

        Mixing(new MixingOptions()).Apply(patches, count, mix);

        float[] mixed = TensorMemory.ToSingles(patches);
        for (int image = 0; image < count; image++)
        {
            float[] wanted = [.. images[image].Select((own, at) => expected(own, images[count - 1 - image][at], at / 18, at / 2 % 9))];
            float[] got = mixed[(image * 108)..((image + 1) * 108)];
            foreach (var (want, have) in ToPatches(wanted).Zip(got))
            {
                Assert.AreEqual(want, have, Tolerance);
            }
        }
    }

    private static float[] ToPatches(float[] image)
    {
        float[] patches = new float[image.Length];
        PatchLayout.ToPatches<float>(image, Architecture.Grid, 3, 2, false, patches);
        return patches;
    }
}
