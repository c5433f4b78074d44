using System.Globalization;
using MaskedPretraining.Bench.Processes;
using MaskedPretraining.Bench.Results;

namespace MaskedPretraining.Bench.StartUp;

/// <summary>From the start of a process to its first training step, and how large the library is.</summary>
internal static class StartUpBenchmark
{
    private const int Rounds = 5;

    public static void Run(BenchReport report)
    {
        report.Setting("rounds", Rounds);
        report.Setting("step", "ViT-Ti, 32 px, batch 128");
        double[] fastest = [.. FirstStep.Moments.Select(_ => double.PositiveInfinity)];
        for (int round = 0; round < Rounds; round++)
        {
            double[] taken = MillisecondsOfOneProcess();
            fastest = [.. fastest.Zip(taken, Math.Min)];
        }

        for (int i = 0; i < fastest.Length; i++)
        {
            report.Add($"start-up until {FirstStep.Moments[i]}", fastest[i], "ms");
        }

        foreach (string assembly in Directory.EnumerateFiles(AppContext.BaseDirectory, "MaskedPretraining.*.dll").Order(StringComparer.Ordinal))
        {
            report.Add($"size {Path.GetFileName(assembly)}", new FileInfo(assembly).Length / 1024.0, "KiB");
        }
    }

    /// <summary>Milliseconds from the start of a process until each moment.</summary>
    private static double[] MillisecondsOfOneProcess()
    {
        double began = (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;
        var lines = OtherProgram.RunSelf(FirstStep.Name);
        return [.. FirstStep.Moments.Select(moment => Read(lines, moment) - began)];
    }

    private static double Read(IReadOnlyList<string> lines, string moment)
    {
        string line = lines.First(line => line.StartsWith(moment + "=", StringComparison.Ordinal));
        return double.Parse(line[(moment.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
