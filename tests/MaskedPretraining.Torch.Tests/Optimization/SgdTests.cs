using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class SgdTests
{
    /// <summary>A handful of single precision operations.</summary>
    private const double Tolerance = 1e-6;

    [TestMethod]
    public void Step_SeveralTimes_IsMomentumWithDecayOfMatricesAlone()
    {
        TorchRuntime.EnsureStarted();
        const double Momentum = 0.8, Decay = 0.05, Rate = 0.1;
        using var scope = NewDisposeScope();
        using var arena = new ParameterArena([new("matrix", [1, 2], Initial.Ones), new("vector", [2], Initial.Ones)], ScalarType.Float32, CPU);
        arena.Initialize(0);
        using var optimizer = new Sgd(arena, Momentum, Decay);
        double[] weights = [1, 1, 1, 1], velocity = new double[4], factors = [2, -1, 3, 0.5];
        for (int step = 0; step < 4; step++)
        {
            // The gradient of half the sum of factor * weight^2.
            var matrix = arena["matrix"].square().mul(TensorMemory.From<float>([2, -1], ScalarType.Float32, CPU, 1, 2)).sum();
            var vector = arena["vector"].square().mul(TensorMemory.From<float>([3, 0.5f], ScalarType.Float32, CPU, 2)).sum();
            matrix.add(vector).mul(0.5).backward();
            optimizer.Step(Rate);
            for (int i = 0; i < 4; i++)
            {
                velocity[i] = (Momentum * velocity[i]) + (factors[i] * weights[i]) + (i < 2 ? Decay * weights[i] : 0);
                weights[i] -= Rate * velocity[i];
            }
        }

        float[] found = [.. TensorMemory.ToSingles(arena["matrix"]), .. TensorMemory.ToSingles(arena["vector"])];
        for (int i = 0; i < 4; i++)
        {
            Assert.AreEqual(weights[i], found[i], Tolerance);
        }
    }
}
