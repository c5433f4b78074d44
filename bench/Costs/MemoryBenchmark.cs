using System.Diagnostics;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Costs;
using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Costs;

/// <summary>Peak memory of a few steps beside the cost model's expectation.</summary>
internal static class MemoryBenchmark
{
    private const int Steps = 3;
    private const double Mebi = 1024 * 1024;

    // As the engine's kernels part a batch: so many tokens of the longest sequence at a time.
    private const int TokensAtATime = 1100;

    /// <param name="report">Takes the figures.</param>
    /// <param name="filter">Part of the names of the families to measure; empty for all.</param>
    public static void Run(BenchReport report, string filter)
    {
        foreach (var family in CostFamily.All.Where(family => family.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            var expected = Expect(family);
            double measured = MeasurePeak(family);
            string name = $"memory {family.Name}, batch {family.Batch}";
            report.Add($"{name}, weights, gradients and moments expected", (expected.Parameters + expected.Gradients + expected.Moments) / Mebi, "MiB");
            report.Add($"{name}, activations expected", expected.Activations / Mebi, "MiB");
            report.Add($"{name}, growth measured", measured / Mebi, "MiB");
            report.Ratio(name, measured / expected.Total, "what was expected");
        }
    }

    private static MemoryEstimate Expect(CostFamily family)
    {
        var counts = family.Baseline.Counts;
        int perWorker = (family.Batch + get_num_threads() - 1) / get_num_threads(), atATime = Math.Max(1, TokensAtATime / (1 + counts.Masked + counts.Visible));
        int parts = (perWorker + atATime - 1) / atATime;
        return family.Cost.Memory(counts, (perWorker + parts - 1) / parts, get_num_threads());
    }

    /// <summary>Bytes that the process grows by at most.</summary>
    private static double MeasurePeak(CostFamily family)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        long before = process.WorkingSet64, peak = before;
        using var end = new CancellationTokenSource();
        var sampling = Task.Factory.StartNew(Sample, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using (var run = new SteppedRun(family.OptionsFor(family.Baseline.Counts)))
        {
            for (int step = 0; step < Steps; step++)
            {
                run.Step();
            }
        }

        end.Cancel();
        sampling.Wait();
        return peak - before;

        void Sample()
        {
            while (!end.IsCancellationRequested)
            {
                process.Refresh();
                peak = Math.Max(peak, process.WorkingSet64);
                Thread.Sleep(5);
            }
        }
    }
}
