using System.Runtime.InteropServices;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class GradientClippingTests
{
    private const double LearningRate = 0.01;
    private const int Steps = 4;

    // Single against double precision over a few steps of size 0.01.
    private const double Tolerance = 1e-6;

    // Sums of squares, a thousand at a time in single precision; libtorch's own norm adds all of them in it.
    private const double NormTolerance = 1e-6;
    private const double TensorOperationsNormTolerance = 1e-5;

    // Lengths around the vector width, and one that needs several slices.
    private static readonly ParameterSpec[] Specs =
    [
        new("a.weight", [1, 1], Initial.Normal(1)),
        new("b.weight", [10, 7000], Initial.Normal(1)),
        new("b.bias", [17], Initial.Normal(1)),
    ];

    [TestMethod]
    [DataRow(ScalarType.Float32, false, 5.0)]
    [DataRow(ScalarType.Float32, true, 5.0)]
    [DataRow(ScalarType.BFloat16, false, 5.0)]
    [DataRow(ScalarType.BFloat16, true, 5.0)]
    [DataRow(ScalarType.Float32, false, 0.02)]
    public void Step_NormAboveTheLimit_EqualsTheObviousLoopOverScaledGradients(ScalarType type, bool withTensorOperations, double limit)
    {
        var options = Options(limit);
        using var arena = new ParameterArena(Specs, type, CPU);
        using var optimizer = new AdamW(arena, options);
        arena.Initialize(1);
        double[] values = [.. TensorMemory.ToSingles(arena.Values)];
        var (first, second) = (new double[values.Length], new double[values.Length]);
        for (int step = 1; step <= Steps; step++)
        {
            SetGradients(arena, step, 1);
            float[] gradients = TensorMemory.ToSingles(arena.Gradients);
            double norm = Math.Sqrt(gradients.Sum(value => (double)value * value));
            Step(optimizer, withTensorOperations);
            Assert.AreEqual(norm, optimizer.GradientNorm!.Value, (withTensorOperations ? TensorOperationsNormTolerance : NormTolerance) * norm);
            for (int i = 0; i < values.Length; i++)
            {
                double gradient = gradients[i] * limit / norm;
                values[i] -= i < arena.DecayedLength ? LearningRate * options.WeightDecay * values[i] : 0;
                first[i] = (options.Beta1 * first[i]) + ((1 - options.Beta1) * gradient);
                second[i] = (options.Beta2 * second[i]) + ((1 - options.Beta2) * gradient * gradient);
                double corrected = Math.Sqrt(second[i] / (1 - Math.Pow(options.Beta2, step)));
                values[i] -= LearningRate * first[i] / (1 - Math.Pow(options.Beta1, step)) / (corrected + options.Epsilon);
            }
        }

        float[] actual = TensorMemory.ToSingles(arena.Values);
        for (int i = 0; i < values.Length; i++)
        {
            if (!(Math.Abs(values[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(values[i]))))
            {
                Assert.Fail($"element {i}: {actual[i]:R} instead of {values[i]:R}");
            }
        }
    }

    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void Step_NormBelowTheLimit_IsTheStepWithoutLimitBitForBit(ScalarType type)
    {
        float[] free = Train(type, null);
        Assert.IsTrue(free.AsSpan().SequenceEqual(Train(type, 1e6)));
        Assert.IsFalse(free.AsSpan().SequenceEqual(Train(type, 0.02)));
    }

    [TestMethod]
    public void Step_ZeroGradients_LeavesValuesFinite()
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        using var optimizer = new AdamW(arena, Options(5));
        arena.Initialize(1);
        optimizer.Step(LearningRate);
        Assert.AreEqual(0.0, optimizer.GradientNorm);
        Assert.IsTrue(arena.AreFinite());
    }

    [TestMethod]
    public void GradientNorm_WithoutLimit_IsNotMeasured()
    {
        using var arena = new ParameterArena(Specs, ScalarType.Float32, CPU);
        using var optimizer = new AdamW(arena, Options(null));
        optimizer.Step(LearningRate);
        Assert.IsNull(optimizer.GradientNorm);
    }

    private static AdamWOptions Options(double? limit) => new(0.9, 0.999, AdamWOptions.DefaultEpsilon, 0.05, limit);

    private static float[] Train(ScalarType type, double? limit)
    {
        using var arena = new ParameterArena(Specs, type, CPU);
        using var optimizer = new AdamW(arena, Options(limit));
        arena.Initialize(1);
        for (int step = 1; step <= Steps; step++)
        {
            // Each step another size: the moments remember how much was cut.
            SetGradients(arena, step, step);
            optimizer.Step(LearningRate);
        }

        return TensorMemory.ToSingles(arena.Values);
    }

    private static void Step(AdamW optimizer, bool withTensorOperations)
    {
        if (withTensorOperations)
        {
            optimizer.StepOnDevice(LearningRate);
        }
        else
        {
            optimizer.Step(LearningRate);
        }
    }

    private static void SetGradients(ParameterArena arena, int step, float size)
    {
        var random = new RandomStream(2, RandomPurpose.Initialization, step, 0);
        float[] gradients = new float[arena.Length];
        foreach (var slot in arena.Slots)
        {
            for (int i = 0; i < slot.Spec.Count; i++)
            {
                gradients[slot.Offset + i] = size * (float)random.NextGaussian();
            }
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var host = empty(arena.Length, ScalarType.Float32);
        MemoryMarshal.AsBytes(gradients.AsSpan()).CopyTo(host.bytes);
        arena.Gradients.copy_(host);
    }
}
