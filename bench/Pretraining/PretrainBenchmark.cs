using System.Diagnostics;
using System.Globalization;
using MaskedPretraining.Torch.Runtime;
using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>Images a second of pre-training in single precision and in bfloat16, next to a plain implementation in the same process.</summary>
internal static class PretrainBenchmark
{
    // Rounds alternate, so that what else runs on the machine disturbs all alike; of each the least disturbed stretch counts.
    private const int Rounds = 3;
    private const int Stretch = 4;

    public static void Run()
    {
        var shape = new BenchShape();
        Console.WriteLine(TorchRuntime.Description);
        Write("images", $"{shape.Batch} a batch, {shape.Patches} patches of which {shape.Visible} visible, {shape.FlopsPerImage / 1e9:F3} GFLOP an image in matrix products");
        double plain = double.MaxValue, single = double.MaxValue, half = double.MaxValue;
        using (var baseline = new PlainMae(shape))
        {
            var pixels = new byte[shape.Batch * shape.Side * shape.Side * shape.Channels];
            new Random(1).NextBytes(pixels);
            for (int round = 0; round < Rounds; round++)
            {
                plain = Math.Min(plain, BestStretch(PlainSteps(baseline, pixels)));
                single = Math.Min(single, BestStretch(EngineTimer.Measure(shape, ComputePrecision.Float32, 2, 2 * Stretch)));
                half = Math.Min(half, BestStretch(EngineTimer.Measure(shape, ComputePrecision.BFloat16, 2, 2 * Stretch)));
            }
        }

        double work = shape.FlopsPerImage * shape.Batch;
        Peak("fp32", ScalarType.Float32, work / single);
        Peak("bf16", ScalarType.BFloat16, work / half);
        Write("peak memory", $"{Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0:F0} MiB");
        Write("pretrain plain", $"{shape.Batch / plain:F1} images/s");
        Write("pretrain fp32 over plain", $"{plain / single:F2} ratio");
        Write("pretrain bf16 over plain", $"{plain / half:F2} ratio");
        Write("pretrain fp32", $"{shape.Batch / single:F1} images/s");
        Write("pretrain bf16", $"{shape.Batch / half:F1} images/s");
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

    private static void Peak(string name, ScalarType type, double reached)
    {
        double peak = ProductPeak.Measure(type);
        Write($"pretrain {name} share of peak", $"{100 * reached / peak:F0} % of {peak / 1e9:F0} GFLOP/s");
    }

    private static void Write(string name, FormattableString value) => Console.WriteLine($"{name}: {value.ToString(CultureInfo.InvariantCulture)}");
}
