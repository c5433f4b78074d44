using System.Diagnostics;
using MaskedPretraining.Bench.Device;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>
/// Images a second of pre-training in single precision and in bfloat16 and where the time of a step goes: a small network beside a plain implementation in this process and beside PyTorch, a large one beside the
/// peak of matrix products.
/// </summary>
internal static class PretrainBenchmark
{
    // Rounds alternate, so that what else runs on the machine disturbs all alike; of each the least disturbed stretch counts.
    private const int Rounds = 2;
    private const int Stretch = 4;
    private const int LargeSteps = 2;

    public static void Run(BenchReport report)
    {
        var peak = new ProductPeak();
        MeasureSmall(report, new BenchShape(), peak);
        MeasureLarge(report, BenchShape.Base, peak);
    }

    private static void MeasureSmall(BenchReport report, BenchShape shape, ProductPeak peak)
    {
        report.Setting("shape", shape);
        var (single, half) = (new EngineRounds(shape, ComputePrecision.Float32), new EngineRounds(shape, ComputePrecision.BFloat16));
        double plain = double.MaxValue, pytorch = 0;
        var python = PyTorchMae.Find();
        var arguments = new StepArguments(shape, ComputePrecision.Float32, IsCuda: false, WarmUp: 2, 2 * Stretch);
        using (var baseline = new PlainMae(shape))
        {
            var pixels = new byte[shape.Batch * shape.Side * shape.Side * shape.Channels];
            new Random(1).NextBytes(pixels);
            for (int round = 0; round < Rounds; round++)
            {
                plain = Math.Min(plain, EngineRounds.BestStretch(PlainSteps(baseline, pixels), Stretch));
                pytorch = Math.Max(pytorch, python?.Run("PyTorch", arguments, [shape.Batch], "--threads", $"{TorchRuntime.Threads}")?.ImagesPerSecond ?? 0);
                single.Measure(warmUp: 2, 2 * Stretch, Stretch);
                half.Measure(warmUp: 2, 2 * Stretch, Stretch);
                peak.Measure();
            }
        }

        single.AddTo(report, "pretrain fp32", peak.Single);
        half.AddTo(report, "pretrain bf16", peak.BFloat16);
        report.Add("pretrain plain", shape.Batch / plain, "images/s");
        report.Ratio("pretrain fp32", plain / single.Seconds, "a plain implementation");
        report.Ratio("pretrain bf16", plain / half.Seconds, "a plain implementation");
        if (pytorch > 0)
        {
            const string Baseline = $"{PyTorchMae.Name}, CPU, fp32";
            report.Add("pretrain PyTorch fp32", pytorch, "images/s");
            report.Ratio("pretrain fp32", shape.Batch / single.Seconds / pytorch, Baseline);
            report.Ratio("pretrain bf16", shape.Batch / half.Seconds / pytorch, Baseline);
        }
    }

    private static void MeasureLarge(BenchReport report, BenchShape shape, ProductPeak peak)
    {
        report.Setting("large shape", shape);
        var (single, half) = (new EngineRounds(shape, ComputePrecision.Float32), new EngineRounds(shape, ComputePrecision.BFloat16));
        single.Measure(warmUp: 1, LargeSteps, stretch: 1);
        peak.Measure();
        half.Measure(warmUp: 1, LargeSteps, stretch: 1);
        peak.Measure();
        single.AddTo(report, "pretrain ViT-B fp32", peak.Single);
        half.AddTo(report, "pretrain ViT-B bf16", peak.BFloat16);
    }

    private static double[] PlainSteps(PlainMae baseline, byte[] pixels)
    {
        var seconds = new double[2 * Stretch];
        baseline.Step(pixels);
        for (int i = 0; i < seconds.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            baseline.Step(pixels);
            seconds[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return seconds;
    }
}
