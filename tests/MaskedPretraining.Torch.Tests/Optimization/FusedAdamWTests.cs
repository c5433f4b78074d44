using System.Runtime.InteropServices;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class FusedAdamWTests
{
    private static readonly AdamWOptions Options = new(0.9, 0.95, AdamWOptions.DefaultEpsilon, 0.3);

    /// <summary>The sister operation has the same arguments and is in every libtorch; the CPU has it from libtorch 2.4 on.</summary>
    [TestMethod]
    public void Script_WithTheOperationWithoutDecoupledDecay_CompilesAndTakesTheArguments()
    {
        using var scope = NewDisposeScope();
        using var script = jit.compile(FusedAdamW.Script.Replace("_fused_adamw_", "_fused_adam_", StringComparison.Ordinal));
        Tensor values = ones(3), gradient = ones(3), first = zeros(3), second = zeros(3), count = ones(Array.Empty<long>());
        using Scalar rate = 0.1, beta1 = 0.9, beta2 = 0.95, decay = 0.0, epsilon = 1e-8;
        object?[] arguments = [new[] { values }, new[] { gradient }, new[] { first }, new[] { second }, new[] { count }, rate, beta1, beta2, decay, epsilon, null, zeros(1)];
        try
        {
            script.invoke<Tensor>("step", arguments!);
            // The first step goes by the rate, whatever the gradient's size.
            Assert.AreEqual(0.9f, TensorMemory.ToSingles(values)[0], 1e-6f);
        }
        catch (ExternalException exception)
        {
            Assert.IsFalse(FusedAdamW.IsIn(__version__), exception.Message);
            Assert.Contains("_fused_adam_", exception.Message);
        }
    }

    [TestMethod]
    public void Update_SeveralStepsLimitedAndSkipped_EqualsTheTensorOperations()
    {
        if (!FusedAdamW.IsIn(__version__))
        {
            Assert.Inconclusive($"libtorch {__version__} has no fused step.");
        }

        // Single precision, other orders of operations, over a few steps.
        const double Tolerance = 1e-6;
        ParameterSpec[] specs = [new("a.weight", [300, 700], Initial.Normal(1))];
        using var scope = NewDisposeScope();
        using var arena = new ParameterArena(specs, ScalarType.Float32, CPU);
        arena.Initialize(1);
        using var expected = new AdamW(arena, Options with { MaxGradientNorm = 0.5 });
        using var fused = new FusedAdamW(CPU);
        Tensor values = arena.Values.clone(), first = zeros_like(values), second = zeros_like(values);
        using var generator = new Generator(2);
        for (int step = 1; step <= 5; step++)
        {
            using var frozen = no_grad();
            var gradient = randn(values.shape, generator: generator);
            arena.Gradients.copy_(gradient);
            bool isSkipped = step == 3;
            expected.StepOnDevice(0.01, tensor(isSkipped ? float.NaN : 1));
            var divisor = linalg.vector_norm(gradient).view(1).div(0.5).clamp_min(1);
            fused.Update(values, gradient, first, second, Options, step, 0.01, Options.WeightDecay, divisor, tensor(new[] { isSkipped ? 1f : 0 }));
        }

        float[] left = TensorMemory.ToSingles(arena.Values), right = TensorMemory.ToSingles(values);
        for (int i = 0; i < left.Length; i++)
        {
            Assert.AreEqual(left[i], right[i], Tolerance);
        }
    }
}
