using System.Globalization;
using MaskedPretraining.Bench.Costs;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>What hard patches mining adds to a step of MAE: a second decoder, and the teacher's pass over whole images.</summary>
internal static class HardPatchBenchmark
{
    private const int Steps = 15;

    public static void Run()
    {
        Console.WriteLine(TorchRuntime.Description);
        var options = EngineTimer.OptionsOf(new BenchShape(), ComputePrecision.Float32);
        var (hardOptions, randomOptions) = (options.Clone(), options.Clone());
        hardOptions.Masking = new HardPatchMasking();
        // A share of 0 masks at random: no teacher is asked, but there is a second decoder.
        randomOptions.Masking = new HardPatchMasking(new HardPatchOptions { FinalShare = 0 });
        var seconds = StepTurns.Time(Steps, new SteppedRun(options), new SteppedRun(hardOptions), new SteppedRun(randomOptions));
        double[] medians = Array.ConvertAll(seconds, StepTurns.Median);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hard-patches: {1000 * medians[0]:F1} ms a step of MAE, {1000 * medians[1]:F1} ms of HPM, {1000 * medians[2]:F1} ms of HPM while nothing is hard, medians of {Steps}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hard-patches: {StepTurns.Ratio(seconds[1], seconds[0]):F3} ratio, median of a step of HPM over the one of MAE before it"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"hard-patches: {StepTurns.Ratio(seconds[2], seconds[0]):F3} ratio, while nothing is hard"));
    }
}
