using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Bench.Results;

namespace MaskedPretraining.Bench.Costs;

/// <summary>Step times of throwing and masking over those of the plain method, beside the cost model's ratios.</summary>
internal static class CostBenchmark
{
    private const int Rounds = 7;

    /// <param name="report">Takes the figures.</param>
    /// <param name="families">What is measured.</param>
    public static void Run(BenchReport report, IReadOnlyList<CostFamily> families)
    {
        report.Setting("steps", Rounds);
        foreach (var family in families)
        {
            Measure(report, family);
        }
    }

    private static void Measure(BenchReport report, CostFamily family)
    {
        CostCase[] cases = [family.Baseline, .. family.Others];
        double[] seconds = Array.ConvertAll(StepTurns.Time(Rounds, Array.ConvertAll(cases, @case => new SteppedRun(family.OptionsFor(@case.Counts)))), StepTurns.Median);
        var cost = family.Cost;
        for (int i = 0; i < cases.Length; i++)
        {
            double macs = cost.Implementation(cases[i].Counts).Step * family.Batch;
            report.Add($"cost {family.Name} {cases[i].Name}, step of {family.Batch} images", 1000 * seconds[i], "ms");
            report.Add($"cost {family.Name} {cases[i].Name}", macs / seconds[i] / 1e9, "GMAC/s");
        }

        for (int i = 1; i < cases.Length; i++)
        {
            double published = cost.Published(cases[i].Counts).Total / cost.Published(cases[0].Counts).Total;
            double ours = cost.Implementation(cases[i].Counts).Total / cost.Implementation(cases[0].Counts).Total;
            report.Ratio($"cost {family.Name} {cases[i].Name}", seconds[i] / seconds[0], FormattableString.Invariant($"{cases[0].Name}; published formula {published:F3}, multiply-accumulates here {ours:F3}"));
        }
    }
}
