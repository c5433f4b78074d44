using System.Globalization;
using MaskedPretraining.Bench.Costs;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>What AttG's guidance by maps that are there already adds to a step of MAE: reading, cropping and weighing maps in the loader, one product a masked patch in the loss.</summary>
internal static class GuidanceBenchmark
{
    private const int WarmUp = 3;
    private const int Steps = 60;
    private static readonly PatchGrid MapGrid = new(14, 14);

    public static void Run()
    {
        var shape = new BenchShape();
        Console.WriteLine(TorchRuntime.Description);
        var options = EngineTimer.OptionsOf(shape, ComputePrecision.Float32);
        var guidedOptions = options.Clone();
        guidedOptions.Guidance = new AttentionLossOptions();
        // The two take turns step by step, so that what else runs on the machine disturbs both alike.
        using var plainRun = new SteppedRun(options);
        using var guidedRun = new SteppedRun(guidedOptions, new SampleMaps(Guidance: RandomMaps(SteppedRun.Steps * shape.Batch)));
        List<double> plain = [], guided = [], ratios = [];
        for (int step = 0; step < WarmUp + Steps; step++)
        {
            double plainSeconds = plainRun.Step(), guidedSeconds = guidedRun.Step();
            if (step >= WarmUp)
            {
                plain.Add(plainSeconds);
                guided.Add(guidedSeconds);
                ratios.Add(guidedSeconds / plainSeconds);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"guidance: {1000 * Median(plain):F1} ms a plain step, {1000 * Median(guided):F1} ms a guided one, medians of {Steps}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"guidance: {guided.Min() / plain.Min():F4} ratio, fastest guided over fastest plain step"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"guidance: {Median(ratios):F4} ratio, median of a guided step over the plain one before it"));
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

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);
}
