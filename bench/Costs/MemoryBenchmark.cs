using System.Globalization;
using MaskedPretraining.Bench.Processes;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Costs;

/// <summary>Peak memory of a few steps beside what the library says at the start of such a run. Each family has a process of its own: memory that another run has freed would be used again and not show.</summary>
internal static class MemoryBenchmark
{
    private const double Mebi = 1024 * 1024;

    /// <param name="report">Takes the figures.</param>
    /// <param name="families">What is measured.</param>
    public static void Run(BenchReport report, IReadOnlyList<CostFamily> families)
    {
        foreach (var family in families)
        {
            var expected = PretrainingEstimate.Of(family.OptionsFor(family.Baseline.Counts)).Memory;
            double measured = MeasureGrowth(family);
            string name = $"memory {family.Name}, batch {family.Batch}";
            report.Add($"{name}, weights, gradients and moments expected", (expected.Parameters + expected.Gradients + expected.Moments) / Mebi, "MiB");
            report.Add($"{name}, activations expected", expected.Activations / Mebi, "MiB");
            report.Add($"{name}, growth measured", measured / Mebi, "MiB");
            report.Ratio(name, measured / expected.Total, "what was expected");
        }
    }

    private static double MeasureGrowth(CostFamily family)
    {
        string line = OtherProgram.RunSelf(PeakMemory.Name, family.Name).Single(line => line.StartsWith(PeakMemory.Growth, StringComparison.Ordinal));
        return double.Parse(line[PeakMemory.Growth.Length..], CultureInfo.InvariantCulture);
    }
}
