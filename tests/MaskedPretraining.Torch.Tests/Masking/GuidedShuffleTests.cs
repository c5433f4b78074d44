using System.Runtime.InteropServices;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Masking;

[TestClass]
public sealed class GuidedShuffleTests
{
    // A sum of two single-precision numbers below 1.
    private const float Rounding = 1e-7f;

    private static readonly PatchGrid Fourteen = new(14, 14);

    // Eight patches of which two stay visible and two have the bonus.
    private static readonly MaskCounts TwoOfEight = new(6, 0, 2);
    private static readonly float[] Probabilities = [.30f, .05f, .10f, .25f, .02f, .08f, .15f, .05f];
    private static readonly float[] Noise = [.12f, .80f, .33f, .05f, .61f, .47f, .91f, .24f];

    [TestMethod]
    public void Plan_EightPatches_IsTheOneWorkedOutByHand()
    {
        using var scope = NewDisposeScope();
        var plan = new GuidedShuffle(TwoOfEight, 2, 0.5).Plan(Row(Probabilities), Row(Noise));
        CollectionAssert.AreEqual(new long[] { 0, 3 }, Ids(plan.TopIds));
        float[] expected = [.62f, .80f, .33f, .55f, .61f, .47f, .91f, .24f], scores = TensorMemory.ToSingles(plan.Scores);
        for (int patch = 0; patch < expected.Length; patch++)
        {
            Assert.AreEqual(expected[patch], scores[patch], Rounding, $"patch {patch}");
        }

        CollectionAssert.AreEqual(new long[] { 7, 2 }, Ids(plan.Visible));
        CollectionAssert.AreEqual(new long[] { 5, 3, 4, 0, 1, 6 }, Ids(plan.Masked));
    }

    [TestMethod]
    public void Plan_Backward_ReachesTheLogitsThroughVisiblePatchesOnly()
    {
        // Single precision for numbers up to 0.02.
        const double Tolerance = 1e-8;
        using var scope = NewDisposeScope();
        // Given these logits and no Gumbel numbers the sample is the probabilities.
        var logits = Row(Probabilities).log().detach().requires_grad_();
        var sample = logits.softmax(1);
        sample.retain_grad();
        var plan = new GuidedShuffle(TwoOfEight, 2, 0.5).Plan(sample, Row(Noise));
        // Visible are 7 and 2: with these the score of a token has the gradients 0.3 and -0.2 once beta is in it.
        plan.Gate.mul(TensorMemory.From<float>([0.6f, -0.4f], ScalarType.Float32, CPU, 1, 2)).sum().backward();
        float[] ofSample = [0, 0, -0.2f, 0, 0, 0, 0, 0.3f];
        CollectionAssert.AreEqual(ofSample, TensorMemory.ToSingles(sample.grad!), "gradients of masked patches are exactly 0");
        double[] expected = [.0015, .00025, -.0195, .00125, .0001, .0004, .00075, .01525];
        float[] actual = TensorMemory.ToSingles(logits.grad!);
        for (int patch = 0; patch < expected.Length; patch++)
        {
            Assert.AreEqual(expected[patch], actual[patch], Tolerance, $"patch {patch}");
        }
    }

    [TestMethod]
    public void Plan_Gate_LeavesTokensAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var (sample, noise) = (Sample(8, Fourteen, 1), Uniform(8, 196, 2));
        var plan = Shuffle(Fourteen, 0.2).Plan(sample.requires_grad_(), noise);
        var tokens = Uniform(8, 49, 3).sub(0.5).requires_grad_();
        var gated = tokens.mul(plan.Gate);
        Assert.IsTrue(TensorMemory.ToSingles(tokens).AsSpan().SequenceEqual(TensorMemory.ToSingles(gated)), "bit for bit");
        gated.sum().backward();
        Assert.IsTrue(TensorMemory.ToSingles(tokens.grad!).All(gradient => gradient == 1), "the gate is a constant 1 to the tokens");
    }

    [TestMethod]
    [DataRow(4, 4, 0.75)]
    [DataRow(14, 14, 0.75)]
    [DataRow(7, 5, 0.6)]
    public void Plan_AnyGrid_ListsEveryPatchOnceByAscendingScore(int rows, int columns, double ratio)
    {
        using var scope = NewDisposeScope();
        var grid = new PatchGrid(rows, columns);
        var options = new GuidedShuffleOptions { MaskRatio = ratio };
        var counts = options.CountsOn(grid);
        var plan = new GuidedShuffle(counts, options.TopCountOn(grid), options.TopBonus).Plan(Sample(16, grid, 1), Uniform(16, grid.Count, 2));
        long[][] visible = [.. Ids(plan.Visible).Chunk(counts.Visible)], masked = [.. Ids(plan.Masked).Chunk(counts.Masked)];
        float[][] scores = [.. TensorMemory.ToSingles(plan.Scores).Chunk(grid.Count)];
        Assert.HasCount(16, visible);
        for (int image = 0; image < 16; image++)
        {
            long[] order = [.. visible[image], .. masked[image]];
            CollectionAssert.AreEqual(Enumerable.Range(0, grid.Count).ToArray(), order.Order().Select(id => (int)id).ToArray());
            Assert.IsTrue(order.Zip(order.Skip(1)).All(pair => scores[image][pair.First] <= scores[image][pair.Second]));
        }
    }

    [TestMethod]
    [DataRow(0.0, 49)]
    [DataRow(0.1, 49)]
    [DataRow(0.2, 49)]
    [DataRow(0.3, 49)]
    [DataRow(0.35, 49)]
    [DataRow(0.5, 49)]
    [DataRow(5.0, 49)]
    [DataRow(0.2, 20)]
    [DataRow(0.3, 98)]
    public void Plan_ManyImages_MasksWithTheClosedFormsProbabilities(double bonus, int top)
    {
        // 2000 images of at least 20 top patches: standard errors below 0.0025; the closed form is that of a large grid, which costs less than 0.002 with 196 patches.
        const int Images = 2000;
        const double Tolerance = 0.01;
        using var scope = NewDisposeScope();
        var plan = new GuidedShuffle(new MaskCounts(147, 0, 49), top, bonus).Plan(Sample(Images, Fourteen, 1), Uniform(Images, 196, 2));
        long[][] visible = [.. Ids(plan.Visible).Chunk(49)], tops = [.. Ids(plan.TopIds).Chunk(top)];
        double visibleTops = visible.Zip(tops).Sum(pair => pair.First.Intersect(pair.Second).Count()) / (double)(Images * top);
        double visibleRest = ((49 * Images) - (visibleTops * Images * top)) / (Images * (196 - top));
        var (ofTop, ofRest) = Visible(bonus, top, 196, 49);
        Assert.AreEqual(ofTop, visibleTops, Tolerance);
        Assert.AreEqual(ofRest, visibleRest, Tolerance);
        if (top == 49)
        {
            Assert.AreEqual(bonus < 1.0 / 3 ? 0.75 + (0.75 * bonus) : 1, 1 - ofTop, 1e-9, "the published form");
            Assert.AreEqual(bonus < 1.0 / 3 ? 0.75 - (0.25 * bonus) : 2.0 / 3, 1 - ofRest, 1e-9, "the published form");
        }
    }

    [TestMethod]
    public void Plan_SaturatedBonus_MasksEveryTopPatch()
    {
        using var scope = NewDisposeScope();
        var plan = Shuffle(Fourteen, 0.5).Plan(Sample(1000, Fourteen, 1), Uniform(1000, 196, 2));
        Assert.IsFalse(Ids(plan.Visible).Chunk(49).Zip(Ids(plan.TopIds).Chunk(49)).Any(pair => pair.First.Intersect(pair.Second).Any()));
    }

    [TestMethod]
    public void Plan_NoBonus_MasksEveryPatchEquallyOften()
    {
        // Chi-square with 15 degrees of freedom, less than that of independent draws since each image masks 12: 0.1 % lie above 37.7.
        const int Images = 4000;
        const double Limit = 37.7;
        using var scope = NewDisposeScope();
        var grid = new PatchGrid(4, 4);
        // Always the same top patches: they must not matter.
        var sample = arange(16, ScalarType.Float32).softmax(0).unsqueeze(0).expand(Images, 16);
        var counts = new int[16];
        foreach (long patch in Ids(Shuffle(grid, 0).Plan(sample, Uniform(Images, 16, 2)).Visible))
        {
            counts[patch]++;
        }

        double expected = Images * 4 / 16.0;
        Assert.IsLessThan(Limit, counts.Sum(count => (count - expected) * (count - expected) / expected));
    }

    [TestMethod]
    [DataRow(0.0, 0.25)]
    [DataRow(1.0, 0.44)]
    [DataRow(2.0, 0.63)]
    [DataRow(4.0, 0.88)]
    public void Plan_ObjectWithLargerLogits_DrawsTopPatchesByTheirProbabilities(double gap, double share)
    {
        // Published to two digits; 400 images of 49 draws have standard errors below 0.004.
        const int Images = 400;
        const double Tolerance = 0.015;
        using var scope = NewDisposeScope();
        var logits = zeros(Images, 196);
        logits.narrow(1, 0, 49).fill_(gap);
        using var parameters = new ParameterArena([.. MaskGenerator.Declare(new MaskGeneratorOptions(), 1)], ScalarType.Float32, CPU);
        var sample = new MaskGenerator(new MaskGeneratorOptions(), Fourteen, parameters).Sample(logits, Gumbel(Images, 196, 1));
        var plan = Shuffle(Fourteen, 0.2).Plan(sample, Uniform(Images, 196, 2));
        Assert.AreEqual(share, Ids(plan.TopIds).Count(patch => patch < 49) / (double)(Images * 49), Tolerance);
    }

    [TestMethod]
    public void Plan_Repeated_LeavesNoTensorBehind()
    {
        using var outer = NewDisposeScope();
        var (shuffle, sample, noise) = (Shuffle(Fourteen, 0.2), Sample(2, Fourteen, 1), Uniform(2, 196, 2));
        long before = LiveTensors.Settled();
        using (var scope = NewDisposeScope())
        {
            shuffle.Plan(sample, noise);
            Assert.AreEqual(before + 5, Tensor.TotalCount, "the plan");
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    /// <summary>Probabilities to stay visible on a large grid: those of the threshold t with <c>N_out F(t) + K F(t - beta) = v</c>, F the distribution of even noise.</summary>
    private static (double OfTop, double OfRest) Visible(double bonus, int top, int patches, int visible)
    {
        var (low, high) = (0.0, 1 + bonus);
        for (int halving = 0; halving < 100; halving++)
        {
            double middle = (low + high) / 2;
            (low, high) = ((patches - top) * Even(middle)) + (top * Even(middle - bonus)) < visible ? (middle, high) : (low, middle);
        }

        return (Even(low - bonus), Even(low));

        static double Even(double x) => Math.Clamp(x, 0, 1);
    }

    private static GuidedShuffle Shuffle(PatchGrid grid, double bonus)
    {
        var options = new GuidedShuffleOptions();
        return new GuidedShuffle(options.CountsOn(grid), options.TopCountOn(grid), bonus);
    }

    private static Tensor Row(float[] values) => TensorMemory.From<float>(values, ScalarType.Float32, CPU, 1, values.Length);

    private static Tensor Sample(int images, PatchGrid grid, long stream) => Gumbel(images, grid.Count, stream).softmax(1);

    private static Tensor Uniform(int images, int patches, long stream) => Draw(images, patches, stream, random => random.NextSingle());

    private static Tensor Gumbel(int images, int patches, long stream) => Draw(images, patches, stream, random => (float)random.NextGumbel());

    private static Tensor Draw(int images, int patches, long stream, Func<RandomStream, float> next)
    {
        var random = new RandomStream(1, RandomPurpose.Mask, 0, stream);
        float[] values = [.. Enumerable.Range(0, images * patches).Select(_ => next(random))];
        return TensorMemory.From<float>(values, ScalarType.Float32, CPU, images, patches);
    }

    private static long[] Ids(Tensor ids) => MemoryMarshal.Cast<byte, long>(TensorMemory.ToArray(ids)).ToArray();
}
