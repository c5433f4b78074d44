using System.Runtime.InteropServices;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Masking;

[TestClass]
public sealed class HardPatchPlanTests
{
    private const int Images = 500;
    private const int Patches = 16;
    private const int Masked = 12;

    [TestMethod]
    [DataRow(0)]
    [DataRow(5)]
    [DataRow(12)]
    public void Of_AnyShare_MasksTheHardestAndRandomOthers(int hard)
    {
        using var scope = NewDisposeScope();
        float[] predicted = Draw(1), noise = Draw(2);
        var plan = HardPatchPlan.Of(Upload(predicted), Upload(noise), Masked, hard);
        long[][] masked = [.. Ids(plan.Masked).Chunk(Masked)], visible = [.. Ids(plan.Visible).Chunk(Patches - Masked)];
        for (int image = 0; image < Images; image++)
        {
            long[] expected = Reference(predicted.AsSpan(image * Patches, Patches).ToArray(), noise.AsSpan(image * Patches, Patches).ToArray(), hard);
            CollectionAssert.AreEquivalent(expected, masked[image]);
            CollectionAssert.AreEquivalent(Enumerable.Range(0, Patches).Select(patch => (long)patch).Except(expected).ToArray(), visible[image]);
        }
    }

    [TestMethod]
    public void Of_PatchesThatAreNotHard_AreMaskedEquallyOften()
    {
        // The last 4 patches are always the hardest; 8 of the other 12 are masked at random. Five standard deviations of 500 draws.
        const int Hard = 4;
        double tolerance = 5 * Math.Sqrt(2.0 / 3 * (1.0 / 3) / Images);
        using var scope = NewDisposeScope();
        var predicted = arange(Patches, ScalarType.Float32).unsqueeze(0).expand(Images, Patches);
        var shares = new double[Patches];
        Array.ForEach(Ids(HardPatchPlan.Of(predicted, Upload(Draw(3)), Masked, Hard).Masked), patch => shares[patch] += 1.0 / Images);
        for (int patch = 0; patch < Patches; patch++)
        {
            Assert.AreEqual(patch < Patches - Hard ? 2.0 / 3 : 1, shares[patch], patch < Patches - Hard ? tolerance : 1e-9, $"patch {patch}");
        }
    }

    private static long[] Reference(float[] predicted, float[] noise, int hard)
    {
        int[] byLoss = [.. Enumerable.Range(0, predicted.Length).OrderByDescending(patch => predicted[patch])];
        int[] others = [.. byLoss.Skip(hard).OrderByDescending(patch => noise[patch])];
        return [.. byLoss.Take(hard).Concat(others.Take(Masked - hard)).Select(patch => (long)patch)];
    }

    private static float[] Draw(long stream)
    {
        var random = new RandomStream(1, RandomPurpose.Mask, 0, stream);
        return [.. Enumerable.Range(0, Images * Patches).Select(_ => random.NextSingle())];
    }

    private static Tensor Upload(float[] values) => TensorMemory.From<float>(values, ScalarType.Float32, CPU, Images, Patches);

    private static long[] Ids(Tensor ids) => MemoryMarshal.Cast<byte, long>(TensorMemory.ToArray(ids)).ToArray();
}
