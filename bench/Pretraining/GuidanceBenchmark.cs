using MaskedPretraining.Bench.Costs;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>What AttG's guidance by maps that are there already adds to a step of MAE: reading, cropping and weighing maps in the loader, one product a masked patch in the loss.</summary>
internal static class GuidanceBenchmark
{
    private const int Steps = 60;
    private static readonly PatchGrid MapGrid = new(14, 14);

    public static void Run(BenchReport report)
    {
        var shape = new BenchShape();
        var options = EngineTimer.OptionsOf(shape, ComputePrecision.Float32);
        var guidedOptions = options.Clone();
        guidedOptions.Guidance = new AttentionLossOptions();
        var seconds = StepTurns.Time(Steps, new SteppedRun(options), new SteppedRun(guidedOptions, new SampleMaps(Guidance: RandomMaps(SteppedRun.Steps * shape.Batch))));
        report.Setting("steps", Steps);
        report.Setting("shape", shape);
        report.Add("guidance plain step", 1000 * StepTurns.Median(seconds[0]), "ms");
        report.Add("guidance guided step", 1000 * StepTurns.Median(seconds[1]), "ms");
        report.Ratio("guidance fastest steps", seconds[1].Min() / seconds[0].Min(), "a plain step");
        report.Ratio("guidance", StepTurns.Ratio(seconds[1], seconds[0]), "the plain step before it, median");
    }

    private static AttentionMapTable RandomMaps(int count)
    {
        var table = new AttentionMapTable(count, MapGrid);
        var random = new Random(1);
        for (int image = 0; image < count; image++)
        {
            table.Set(image, [.. Enumerable.Range(0, MapGrid.Count).Select(_ => random.NextSingle())]);
        }

        return table;
    }
}
