using System.Runtime.InteropServices;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class AdamWTests
{
    private const int Steps = 7;

    // Single against double precision over a few steps of size 0.01.
    private const double Tolerance = 1e-6;

    // Lengths around the vector width, and one that needs several slices.
    private static readonly ParameterSpec[] Specs =
    [
        new("a.weight", [1, 1], Initial.Normal(1)),
        new("b.weight", [3, 11], Initial.Normal(1)),
        new("c.weight", [300, 700], Initial.Normal(1)),
        new("b.bias", [17], Initial.Normal(1)),
        new("norm.weight", [5], Initial.Normal(1)),
    ];

    private static readonly AdamWOptions Options = new(0.9, 0.95, AdamWOptions.DefaultEpsilon, 0.3);

    [TestMethod]
    public void Step_SinglePrecision_EqualsTheObviousLoop()
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        CheckAgainstLoop(arena, Tolerance);
    }

    [TestMethod]
    public void Step_BFloat16_EqualsTheObviousLoopOverRoundedGradients()
    {
        using var arena = new ParameterArena(Specs, ScalarType.BFloat16, CPU);
        CheckAgainstLoop(arena, Tolerance);
        using var scope = NewDisposeScope();
        using var rounded = arena.Values.to(ScalarType.BFloat16);
        CollectionAssert.AreEqual(rounded.bytes.ToArray(), arena.ComputeValues.bytes.ToArray(), "the copy is the masters as libtorch rounds them");
    }

    [TestMethod]
    public void Step_TensorOperations_EqualTheSweep()
    {
        using var swept = new ParameterArena(Specs, ScalarType.Float32, CPU);
        using var plain = new ParameterArena(Specs, ScalarType.Float32, CPU);
        using var sweep = new AdamW(swept, Options);
        using var operations = new AdamW(plain, Options);
        swept.Initialize(1);
        plain.Initialize(1);
        for (int step = 0; step < Steps; step++)
        {
            SetGradients(swept, step);
            SetGradients(plain, step);
            sweep.Step(0.01);
            operations.StepOnDevice(0.01);
        }

        AssertClose(TensorMemory.ToSingles(plain.Values), TensorMemory.ToSingles(swept.Values), Tolerance);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Step_LayerRates_ReachTheTensorsOfTheirLayer(bool usesTensorOperations)
    {
        ParameterSpec[] specs =
        [
            new("cls_token", [1, 1, 7], Initial.Ones) { IsDecayed = false },
            new("patch_embed.proj.weight", [5, 7], Initial.Ones),
            new("blocks.0.mlp.fc1.weight", [300, 400], Initial.Ones),
            new("blocks.0.mlp.fc1.bias", [300], Initial.Ones),
            new("blocks.1.mlp.fc1.weight", [9, 11], Initial.Ones),
            new("head.weight", [3, 7], Initial.Ones),
            new("head.bias", [3], Initial.Ones),
        ];
        using var arena = new ParameterArena(specs, ScalarType.Float32, CPU);
        arena.Initialize(1);
        SetGradients(arena, 0);
        var layers = new LayerDecay(2, 0.5);
        using var optimizer = new AdamW(arena, Options, ParameterRange.Of(arena, layers, name => name != "patch_embed.proj.weight"));
        float[][] gradients = [.. specs.Select(spec => arena.GradientOf(spec.Name))];
        Action<double> step = usesTensorOperations ? rate => optimizer.StepOnDevice(rate) : optimizer.Step;
        step(0.1);
        double[] rates = [0.0125, 0, 0.025, 0.025, 0.05, 0.1, 0.1];
        for (int i = 0; i < specs.Length; i++)
        {
            // The first step goes by the rate, whatever the gradient's size.
            double shrink = specs[i].IsDecayed ? 1 - (rates[i] * Options.WeightDecay) : 1;
            AssertClose([.. gradients[i].Select(gradient => (float)(shrink - (rates[i] * gradient / (Math.Abs(gradient) + Options.Epsilon))))], TensorMemory.ToSingles(arena[specs[i].Name]), Tolerance);
        }
    }

    [TestMethod]
    public void Step_Done_LeavesGradientsZero()
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        using var optimizer = new AdamW(arena, Options);
        SetGradients(arena, 0);
        optimizer.Step(0.01);
        Assert.IsTrue(TensorMemory.ToSingles(arena.Gradients).All(value => value == 0));
    }

    [TestMethod]
    public void Step_ZeroGradients_DecaysMatricesAndTokensOnly()
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        arena.Initialize(1);
        float[] weight = TensorMemory.ToSingles(arena["b.weight"]), bias = TensorMemory.ToSingles(arena["b.bias"]);
        using var optimizer = new AdamW(arena, Options);
        optimizer.Step(0.1);
        AssertClose([.. weight.Select(value => value * 0.97f)], TensorMemory.ToSingles(arena["b.weight"]), Tolerance);
        CollectionAssert.AreEqual(bias, TensorMemory.ToSingles(arena["b.bias"]));
    }

    private static void CheckAgainstLoop(ParameterArena arena, double tolerance)
    {
        arena.Initialize(1);
        using var optimizer = new AdamW(arena, Options);
        double[] values = [.. TensorMemory.ToSingles(arena.Values)];
        var (first, second) = (new double[values.Length], new double[values.Length]);
        for (int step = 1; step <= Steps; step++)
        {
            SetGradients(arena, step);
            float[] gradients = TensorMemory.ToSingles(arena.Gradients);
            double learningRate = 0.01 / step;
            optimizer.Step(learningRate);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] -= i < arena.DecayedLength ? learningRate * Options.WeightDecay * values[i] : 0;
                first[i] = (Options.Beta1 * first[i]) + ((1 - Options.Beta1) * gradients[i]);
                second[i] = (Options.Beta2 * second[i]) + ((1 - Options.Beta2) * gradients[i] * gradients[i]);
                double corrected = Math.Sqrt(second[i] / (1 - Math.Pow(Options.Beta2, step)));
                values[i] -= learningRate * first[i] / (1 - Math.Pow(Options.Beta1, step)) / (corrected + Options.Epsilon);
            }
        }

        AssertClose([.. values.Select(value => (float)value)], TensorMemory.ToSingles(arena.Values), tolerance);
    }

    private static void SetGradients(ParameterArena arena, int step)
    {
        var random = new RandomStream(2, RandomPurpose.Initialization, step, 0);
        float[] gradients = new float[arena.Length];
        foreach (var slot in arena.Slots)
        {
            for (int i = 0; i < slot.Spec.Count; i++)
            {
                gradients[slot.Offset + i] = (float)random.NextGaussian();
            }
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var host = empty(arena.Length, ScalarType.Float32);
        MemoryMarshal.AsBytes(gradients.AsSpan()).CopyTo(host.bytes);
        arena.Gradients.copy_(host);
    }

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!(Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]))))
            {
                Assert.Fail($"element {i}: {actual[i]:R} instead of {expected[i]:R}");
            }
        }
    }
}
