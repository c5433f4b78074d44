using System.Runtime.InteropServices;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

[TestClass]
public sealed class MaskGeneratorTests
{
    private const int Heads = 3;
    private const int Batch = 2;

    // Single against double precision for numbers up to 5.
    private const double Tolerance = 2e-6;

    private static readonly PatchGrid Grid = new(4, 5);
    private static readonly MaskGeneratorOptions Options = new() { Hidden = 4, Temperature = 0.8 };

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Declare_ReleasedSizes_HasItsParameters() => Assert.AreEqual(709, MaskGenerator.Declare(new MaskGeneratorOptions(), 12).Sum(spec => spec.Count));

    [TestMethod]
    public void Declare_FirstValues_FillPyTorchsRange()
    {
        using var parameters = new ParameterArena([.. MaskGenerator.Declare(new MaskGeneratorOptions(), 12)], ScalarType.Float32, CPU);
        parameters.Initialize(0);
        float largest = TensorMemory.ToSingles(parameters["scorer_pred.main.0.weight"]).Max(Math.Abs);
        Assert.AreEqual(1 / Math.Sqrt(108), largest, 0.001, "the largest of 648 numbers within the bound");
        Assert.IsLessThan(1 / Math.Sqrt(54), TensorMemory.ToSingles(parameters["scorer_pred.main.2.bias"]).Max(Math.Abs));
    }

    [TestMethod]
    public void Forward_AnyHeadsAndGrid_EqualsTheObviousLoops()
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters();
        float[] attention = Attention();
        float[] logits = TensorMemory.ToSingles(new MaskGenerator(Options, Grid, parameters).Forward(Upload(attention, Batch, Heads, Grid.Count)));
        double[] expected = Logits(Weights(parameters), attention);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], logits[i], Tolerance, $"element {i}");
        }
    }

    [TestMethod]
    public void Forward_Backward_ThroughSampleAndGateEqualsCentralDifferences()
    {
        // Single precision against differences of step 1e-5 in double precision; gradients are up to 0.1.
        const double GradientTolerance = 1e-6;
        const double Step = 1e-5;
        const double Bonus = 0.2;
        const int Width = 6;
        using var scope = NewDisposeScope();
        using var parameters = Parameters();
        float[] attention = Attention(), tokens = Draw(Batch * Grid.Count * Width, 2, random => random.NextGaussian());
        float[] gumbel = Draw(Batch * Grid.Count, 3, random => random.NextGumbel()), noise = Draw(Batch * Grid.Count, 4, random => random.NextDouble());
        var counts = new GuidedShuffleOptions().CountsOn(Grid);
        var generator = new MaskGenerator(Options, Grid, parameters);
        var sample = generator.Sample(generator.Forward(Upload(attention, Batch, Heads, Grid.Count)), Upload(gumbel, Batch, Grid.Count));
        var plan = new GuidedShuffle(counts, counts.Visible, Bonus).Plan(sample, Upload(noise, Batch, Grid.Count));
        var visible = Upload(tokens, Batch, Grid.Count, Width).gather(1, plan.Visible.unsqueeze(2).expand(-1, -1, Width));
        visible.mul(plan.Gate.unsqueeze(2)).sin().sum().backward();

        // A gate is 1 whatever the weights are; what it stands for is a factor that changes with the sample.
        long[] kept = MemoryMarshal.Cast<byte, long>(TensorMemory.ToArray(plan.Visible)).ToArray();
        var weights = Weights(parameters);
        double[] first = Sample(weights);
        foreach (var spec in parameters.Specs)
        {
            float[] gradient = parameters.GradientOf(spec.Name);
            for (int i = 0; i < gradient.Length; i++)
            {
                double value = weights[spec.Name][i];
                weights[spec.Name][i] = value + Step;
                double up = Loss();
                weights[spec.Name][i] = value - Step;
                double down = Loss();
                weights[spec.Name][i] = value;
                Assert.AreEqual((up - down) / (2 * Step), gradient[i], GradientTolerance, $"{spec.Name}[{i}]");
            }
        }

        Assert.IsGreaterThan(1e-3, parameters.GradientOf("scorer_pred.main.2.weight").Max(Math.Abs), "there is something to compare");

        double Loss()
        {
            double[] sampled = Sample(weights);
            double loss = 0;
            for (int i = 0; i < kept.Length; i++)
            {
                int patch = (i / counts.Visible * Grid.Count) + (int)kept[i];
                for (int d = 0; d < Width; d++)
                {
                    loss += Math.Sin(tokens[(patch * Width) + d] * (1 + (Bonus * (sampled[patch] - first[patch]))));
                }
            }

            return loss;
        }

        double[] Sample(Dictionary<string, double[]> with) =>
            [.. Logits(with, attention).Zip(gumbel, (z, g) => Math.Exp((z + g) / Options.Temperature)).Chunk(Grid.Count).SelectMany(row => row.Select(value => value / row.Sum()))];
    }

    [TestMethod]
    public void Forward_DefaultScale_MakesObjectsMatterFromTheFirstStep()
    {
        var (releasedObject, releasedBorder, releasedRange) = Gaps(new MaskGeneratorOptions { AttentionScale = 1 });
        var (scaledObject, scaledBorder, scaledRange) = Gaps(new MaskGeneratorOptions());
        TestContext.WriteLine(FormattableString.Invariant($"scale 1: object {releasedObject:0.0000} border {releasedBorder:0.0000} range {releasedRange:0.0000}; scale 196: object {scaledObject:0.000} border {scaledBorder:0.000} range {scaledRange:0.000}"));
        Assert.IsLessThan(releasedBorder, releasedObject, "unscaled, zeros beyond the border matter more than the object");
        Assert.IsLessThan(scaledObject, scaledBorder);
        Assert.IsGreaterThan(100 * releasedObject, scaledObject);
    }

    [TestMethod]
    public void Sample_EqualLogits_HasMaximaThatNoRectangleHas()
    {
        // Standard error of the mean of 2000 maxima: 0.005. Rectangles' maps stay below 0.013.
        const int Images = 2000;
        using var scope = NewDisposeScope();
        using var parameters = Parameters();
        var gumbel = Upload(Draw(Images * 196, 1, random => random.NextGumbel()), Images, 196);
        float[] maxima = [.. TensorMemory.ToSingles(new MaskGenerator(new MaskGeneratorOptions(), Grid, parameters).Sample(zeros(Images, 196), gumbel)).Chunk(196).Select(row => row.Max())];
        Assert.AreEqual(0.29, maxima.Average(), 0.02);
        Assert.IsGreaterThan(0.013f, maxima.Min());
        Assert.IsLessThan(0.013f, TensorMemory.ToSingles(MaskGenerator.Jittered(zeros(Images, 196), gumbel.neg().exp().neg().exp())).Max(), "with even noise in place of Gumbel numbers");
    }

    [TestMethod]
    public void Jittered_NoNoise_IsTheProbabilities()
    {
        using var scope = NewDisposeScope();
        var logits = Upload(Draw(10, 1, random => random.NextGaussian()), 2, 5).log_softmax(1);
        float[] expected = TensorMemory.ToSingles(logits.exp()), actual = TensorMemory.ToSingles(MaskGenerator.Jittered(logits, zeros(2, 5)));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Tolerance);
        }
    }

    [TestMethod]
    [DataRow(4, 20)]
    [DataRow(3, 21)]
    public void Forward_OtherProvider_SaysWhatFits(int heads, int patches)
    {
        using var scope = NewDisposeScope();
        using var parameters = Parameters();
        var generator = new MaskGenerator(Options, Grid, parameters);
        string message = Assert.ThrowsExactly<ArgumentException>(() => generator.Forward(zeros(2, heads, patches))).Message;
        Assert.Contains($"[B, 3, 20], but was given [2, {heads}, {patches}]. Take an attention provider with 3 heads and the grid 4x5.", message);
    }

    [TestMethod]
    public void Forward_Repeated_LeavesNoTensorBehind()
    {
        using var outer = NewDisposeScope();
        using var parameters = Parameters();
        var (generator, attention, gumbel) = (new MaskGenerator(Options, Grid, parameters), Upload(Attention(), Batch, Heads, Grid.Count), zeros(Batch, Grid.Count));
        long before = LiveTensors.Settled();
        using (var scope = NewDisposeScope())
        {
            generator.Sample(generator.Forward(attention), gumbel);
            Assert.AreEqual(before + 2, Tensor.TotalCount, "logits and sample");
        }

        Assert.AreEqual(before, Tensor.TotalCount);
    }

    /// <summary>Mean differences of logits over first weights, for six times the attention on an object of 5x5 patches: object to background, border to inside, largest to smallest.</summary>
    private static (double Object, double Border, double Range) Gaps(MaskGeneratorOptions options)
    {
        const int Seeds = 200;
        using var scope = NewDisposeScope();
        var grid = new PatchGrid(14, 14);
        int[] rows = [.. Enumerable.Range(0, grid.Count).Select(patch => patch / 14)], columns = [.. Enumerable.Range(0, grid.Count).Select(patch => patch % 14)];
        bool[] isObject = [.. rows.Zip(columns, (row, column) => row is >= 4 and < 9 && column is >= 4 and < 9)];
        bool[] isBorder = [.. rows.Zip(columns, (row, column) => row is 0 or 13 || column is 0 or 13)];
        double total = isObject.Sum(inside => inside ? 6 : 1) * 197 / 196.0;
        float[] map = [.. isObject.Select(inside => (float)((inside ? 6 : 1) / total))];
        var attention = Upload(map, 1, 1, grid.Count).expand(1, 12, grid.Count);
        using var parameters = new ParameterArena([.. MaskGenerator.Declare(options, 12)], ScalarType.Float32, CPU);
        var generator = new MaskGenerator(options, grid, parameters);
        var (ofObject, ofBorder, range) = (0.0, 0.0, 0.0);
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            parameters.Initialize(seed);
            float[] logits = TensorMemory.ToSingles(generator.Forward(attention).detach());
            double inside = Mean(patch => !isObject[patch] && !isBorder[patch]);
            ofObject += Math.Abs(Mean(patch => isObject[patch]) - inside) / Seeds;
            ofBorder += Math.Abs(Mean(patch => isBorder[patch]) - inside) / Seeds;
            range += (logits.Max() - logits.Min()) / Seeds;

            double Mean(Func<int, bool> isMeant) => Enumerable.Range(0, grid.Count).Where(isMeant).Average(patch => logits[patch]);
        }

        return (ofObject, ofBorder, range);
    }

    private static double[] Logits(Dictionary<string, double[]> weights, float[] attention) =>
        [.. attention.Chunk(Heads * Grid.Count).SelectMany(image =>
        {
            double[] scaled = [.. image.Select(value => (double)value * Grid.Count)];
            double[] hidden = Convolve(scaled, weights, "scorer_pred.main.0", [Options.Hidden, Heads, 3, 3]);
            double[] scores = Convolve([.. hidden.Select(value => Math.Max(value, 0))], weights, "scorer_pred.main.2", [1, Options.Hidden, 3, 3]);
            double logSum = Math.Log(scores.Sum(Math.Exp));
            return scores.Select(score => score - logSum);
        })];

    private static double[] Convolve(double[] input, Dictionary<string, double[]> weights, string name, long[] shape)
    {
        double[] output = PlainConvolution.Apply(input, Grid.Rows, Grid.Columns, weights[$"{name}.weight"], shape, stride: 1, padding: 1).Output;
        return [.. output.Select((value, i) => value + weights[$"{name}.bias"][i / Grid.Count])];
    }

    private static ParameterArena Parameters()
    {
        var parameters = new ParameterArena([.. MaskGenerator.Declare(Options, Heads)], ScalarType.Float32, CPU);
        parameters.Initialize(3);
        return parameters;
    }

    private static Dictionary<string, double[]> Weights(ParameterArena parameters) =>
        parameters.Specs.ToDictionary(spec => spec.Name, spec => Array.ConvertAll(TensorMemory.ToSingles(parameters[spec.Name]), value => (double)value));

    // About 1 / N each, as attention is.
    private static float[] Attention() => Draw(Batch * Heads * Grid.Count, 1, random => random.NextDouble() * 2 / Grid.Count);

    private static float[] Draw(int count, long stream, Func<RandomStream, double> next)
    {
        var random = new RandomStream(1, RandomPurpose.Mask, 0, stream);
        return [.. Enumerable.Range(0, count).Select(_ => (float)next(random))];
    }

    private static Tensor Upload(float[] values, params long[] shape) => TensorMemory.From<float>(values, ScalarType.Float32, CPU, shape);
}
