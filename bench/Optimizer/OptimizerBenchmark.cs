using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Optimizer;

/// <summary>The time of an AdamW step, gradients cleared: one sweep over flat buffers beside a loop over parameters.</summary>
internal static class OptimizerBenchmark
{
    private const int Rounds = 15;
    private const double Rate = 1e-3;
    private static readonly AdamWOptions Options = new(0.9, 0.95, AdamWOptions.DefaultEpsilon, WeightDecay: 0.05);

    public static void Run(BenchReport report)
    {
        report.Setting("rounds", Rounds);
        Measure(report, "ViT-Ti", VisionTransformerOptions.Tiny(32, 4));
        Measure(report, "ViT-S", VisionTransformerOptions.Small());
    }

    private static void Measure(BenchReport report, string name, VisionTransformerOptions shape)
    {
        using var scope = NewDisposeScope();
        ParameterSpec[] specs = [.. VisionTransformer.Declare(shape)];
        using var single = new ParameterArena(specs, ScalarType.Float32, CPU);
        using var half = new ParameterArena(specs, ScalarType.BFloat16, CPU);
        using var separate = new ParameterArena(specs, ScalarType.Float32, CPU);
        using var optimizer = new AdamW(single, Options);
        using var clipping = new AdamW(single, Options with { MaxGradientNorm = 1 });
        using var halfOptimizer = new AdamW(half, Options);
        // Tensors of their own, as modules have them.
        Tensor[] parameters = [.. specs.Select(spec => separate[spec.Name].detach().clone().requires_grad_())];
        foreach (var parameter in parameters)
        {
            parameter.sum().backward();
        }

        using var plain = new PlainAdamW(parameters);
        var turns = Turns.Time(
            Rounds,
            () =>
            {
                plain.Step(Rate);
                plain.ZeroGradients();
            },
            () => optimizer.Step(Rate),
            () => clipping.Step(Rate),
            () => halfOptimizer.Step(Rate));
        double[] seconds = Array.ConvertAll(turns, Enumerable.Min);
        string prefix = $"optimizer {name}";
        report.Setting(name, $"{single.ParameterCount} parameters in {specs.Length} tensors");
        report.Add($"{prefix} plain", 1000 * seconds[0], "ms");
        report.Add($"{prefix} fp32", 1000 * seconds[1], "ms");
        report.Add($"{prefix} fp32 with a limit on the gradient's norm", 1000 * seconds[2], "ms");
        report.Add($"{prefix} bf16 with fp32 masters", 1000 * seconds[3], "ms");
        report.Ratio($"{prefix} speed", seconds[0] / seconds[1], "a loop over parameters in TorchSharp");
    }
}
