using System.Diagnostics;
using System.Globalization;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Costs;

/// <summary>The process that <see cref="MemoryBenchmark"/> starts for each family: trains a few steps and says by how many bytes it has grown at the most.</summary>
internal static class PeakMemory
{
    /// <summary>The word that starts it; the family's name is behind it.</summary>
    public const string Name = "memory-step";

    /// <summary>What is said before the number.</summary>
    public const string Growth = "growth=";

    private const int Steps = 3;

    public static void Run(string familyName)
    {
        var family = CostFamily.All.Single(family => family.Name == familyName);
        // A process that has only loaded the libraries is no part of what is expected.
        TorchRuntime.EnsureStarted();
        using var process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        using (var run = new SteppedRun(family.OptionsFor(family.Baseline.Counts)))
        {
            for (int step = 0; step < Steps; step++)
            {
                run.Step();
            }
        }

        process.Refresh();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Growth}{process.PeakWorkingSet64 - before}"));
    }
}
