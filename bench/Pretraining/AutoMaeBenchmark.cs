using System.Globalization;
using MaskedPretraining.Bench.Costs;
using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>What AutoMAE's learned masks add to a step of MAE: the provider's pass over whole images, generator and discriminator.</summary>
internal static class AutoMaeBenchmark
{
    private const int Steps = 15;

    public static void Run()
    {
        Console.WriteLine(TorchRuntime.Description);
        var options = EngineTimer.OptionsOf(new BenchShape(), ComputePrecision.Float32);
        var untrained = options.Clone();
        (untrained.Epochs, untrained.Optimization.WarmupEpochs) = (0, 0);
        var provider = new Pretrainer(new NoiseImages(1, options.Architecture.ImageWidth, options.Architecture.Channels), untrained).Run().Encoder;
        var learned = options.Clone();
        learned.Masking = new AutoMaeMasking(provider);
        var cost = new PretrainingCost(options.Architecture, options.Decoder, options.Target);
        double expected = cost.ImplementationRun(learned.Masking, 1).Total / cost.ImplementationRun(options.Masking, 1).Total;
        var seconds = StepTurns.Time(Steps, new SteppedRun(options), new SteppedRun(learned));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"automae: {1000 * StepTurns.Median(seconds[0]):F1} ms a step of MAE, {1000 * StepTurns.Median(seconds[1]):F1} ms of AutoMAE with a provider of the same shape, medians of {Steps}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"automae: {StepTurns.Ratio(seconds[1], seconds[0]):F3} ratio, median of a step of AutoMAE over the one of MAE before it; {expected:F3} by their multiply-accumulates"));
    }
}
