using MaskedPretraining.Bench.Results;

namespace MaskedPretraining.Bench.Costs;

/// <summary>Step times of throwing and masking over those of the plain method, beside the cost model's ratios.</summary>
internal static class CostBenchmark
{
    private const int WarmUp = 2;

    // Steps alternate, so that what else runs on the machine disturbs all alike; the median of each counts.
    private const int Rounds = 7;

    /// <param name="report">Takes the figures.</param>
    /// <param name="filter">Part of the names of the families to measure; empty for all.</param>
    public static void Run(BenchReport report, string filter)
    {
        report.Setting("steps", Rounds);
        foreach (var family in CostFamily.All.Where(family => family.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)))
        {
            Measure(report, family);
        }
    }

    private static void Measure(BenchReport report, CostFamily family)
    {
        CostCase[] cases = [family.Baseline, .. family.Others];
        double[] seconds = MedianSteps(family, cases);
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

    private static double[] MedianSteps(CostFamily family, CostCase[] cases)
    {
        var runs = Array.ConvertAll(cases, @case => new SteppedRun(family.OptionsFor(@case.Counts)));
        try
        {
            var seconds = Array.ConvertAll(runs, _ => new List<double>());
            for (int round = 0; round < WarmUp + Rounds; round++)
            {
                for (int i = 0; i < runs.Length; i++)
                {
                    double step = runs[i].Step();
                    if (round >= WarmUp)
                    {
                        seconds[i].Add(step);
                    }
                }
            }

            return Array.ConvertAll(seconds, list => list.Order().ElementAt(Rounds / 2));
        }
        finally
        {
            Array.ForEach(runs, run => run.Dispose());
        }
    }
}
