using System.Diagnostics;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Torch.Runtime;
using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>Images a second of pre-training in single precision and in bfloat16, next to a plain implementation in the same process.</summary>
internal static class PretrainBenchmark
{
    // Rounds alternate, so that what else runs on the machine disturbs all alike; of each the least disturbed stretch counts.
    private const int Rounds = 3;
    private const int Stretch = 4;

    public static void Run(BenchReport report)
    {
        var shape = new BenchShape();
        report.Setting("shape", shape);
        double plain = double.MaxValue, single = double.MaxValue, half = double.MaxValue;
        StageTable? singleStages = null, halfStages = null;
        using (var baseline = new PlainMae(shape))
        {
            var pixels = new byte[shape.Batch * shape.Side * shape.Side * shape.Channels];
            new Random(1).NextBytes(pixels);
            for (int round = 0; round < Rounds; round++)
            {
                plain = Math.Min(plain, BestStretch(PlainSteps(baseline, pixels)));
                single = Math.Min(single, Engine(ComputePrecision.Float32, ref singleStages));
                half = Math.Min(half, Engine(ComputePrecision.BFloat16, ref halfStages));
            }
        }

        singleStages!.AddTo(report, "pretrain fp32");
        halfStages!.AddTo(report, "pretrain bf16");
        double work = shape.FlopsPerImage * shape.Batch;
        Peak(report, "fp32", ScalarType.Float32, work / single);
        Peak(report, "bf16", ScalarType.BFloat16, work / half);
        report.Add("pretrain peak memory", Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0, "MiB");
        report.Add("pretrain plain", shape.Batch / plain, "images/s");
        report.Add("pretrain fp32", shape.Batch / single, "images/s");
        report.Add("pretrain bf16", shape.Batch / half, "images/s");
        report.Ratio("pretrain fp32", plain / single, "a plain implementation");
        report.Ratio("pretrain bf16", plain / half, "a plain implementation");

        // Of several rounds the stages of the fastest.
        double Engine(ComputePrecision precision, ref StageTable? fastest)
        {
            var (seconds, stages) = EngineTimer.Measure(shape, precision, 2, 2 * Stretch);
            fastest = fastest is null || stages.Step < fastest.Step ? stages : fastest;
            return BestStretch(seconds);
        }
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

    /// <summary>Seconds a step over the fastest run of <see cref="Stretch"/> steps in a row.</summary>
    private static double BestStretch(double[] seconds) =>
        Enumerable.Range(0, seconds.Length - Stretch + 1).Min(first => seconds.AsSpan(first, Stretch).ToArray().Average());

    private static void Peak(BenchReport report, string name, ScalarType type, double reached)
    {
        double peak = ProductPeak.Measure(type);
        report.Add($"pretrain {name} product peak", peak / 1e9, "GFLOP/s");
        report.Ratio($"pretrain {name} share of peak", reached / peak, "the product peak");
    }
}
