using MaskedPretraining.Bench.Costs;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>What AutoMAE's learned masks add to a step of MAE: the provider's pass over whole images, generator and discriminator.</summary>
internal static class AutoMaeBenchmark
{
    private const int Steps = 15;

    public static void Run(BenchReport report)
    {
        var options = EngineTimer.OptionsOf(new BenchShape(), ComputePrecision.Float32);
        var untrained = options.Clone();
        (untrained.Epochs, untrained.Optimization.WarmupEpochs) = (0, 0);
        var provider = new Pretrainer(new NoiseImages(1, options.Architecture.ImageWidth, options.Architecture.Channels), untrained).Run().Encoder;
        var learned = options.Clone();
        learned.Masking = new AutoMaeMasking(provider);
        var cost = new PretrainingCost(options.Architecture, options.Decoder, options.Target);
        double expected = cost.ImplementationRun(learned.Masking, 1).Total / cost.ImplementationRun(options.Masking, 1).Total;
        var seconds = StepTurns.Time(Steps, new SteppedRun(options), new SteppedRun(learned));
        report.Setting("steps", Steps);
        report.Setting("provider", "an encoder of the same shape");
        report.Add("automae step of MAE", 1000 * StepTurns.Median(seconds[0]), "ms");
        report.Add("automae step of AutoMAE", 1000 * StepTurns.Median(seconds[1]), "ms");
        report.Ratio("automae by multiply-accumulates", expected, "MAE");
        report.Ratio("automae", StepTurns.Ratio(seconds[1], seconds[0]), "the step of MAE before it, median");
    }
}
