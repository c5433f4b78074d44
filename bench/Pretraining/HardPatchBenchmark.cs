using MaskedPretraining.Bench.Costs;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>What hard patches mining adds to a step of MAE: a second decoder, and the teacher's pass over whole images.</summary>
internal static class HardPatchBenchmark
{
    private const int Steps = 15;

    public static void Run(BenchReport report)
    {
        var options = EngineTimer.OptionsOf(new BenchShape(), ComputePrecision.Float32);
        var (hardOptions, randomOptions) = (options.Clone(), options.Clone());
        hardOptions.Masking = new HardPatchMasking();
        // A share of 0 masks at random: no teacher is asked, but there is a second decoder.
        randomOptions.Masking = new HardPatchMasking(new HardPatchOptions { FinalShare = 0 });
        var seconds = StepTurns.Time(Steps, new SteppedRun(options), new SteppedRun(hardOptions), new SteppedRun(randomOptions));
        double[] medians = Array.ConvertAll(seconds, StepTurns.Median);
        report.Setting("steps", Steps);
        report.Add("hard-patches step of MAE", 1000 * medians[0], "ms");
        report.Add("hard-patches step of HPM", 1000 * medians[1], "ms");
        report.Add("hard-patches step of HPM while nothing is hard", 1000 * medians[2], "ms");
        report.Ratio("hard-patches", StepTurns.Ratio(seconds[1], seconds[0]), "the step of MAE before it, median");
        report.Ratio("hard-patches while nothing is hard", StepTurns.Ratio(seconds[2], seconds[0]), "the step of MAE before it, median");
    }
}
