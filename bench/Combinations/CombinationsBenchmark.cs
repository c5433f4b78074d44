using System.Diagnostics;
using System.Globalization;
using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Combinations;

/// <summary>Runs every masking with every target and decoder, with and without guidance of the loss, and says what a step costs or why it cannot be.</summary>
internal static class CombinationsBenchmark
{
    private const int Steps = 20;
    private const int WarmUp = 4;
    private const int BatchSize = 32;
    private const int Side = 64;
    private static readonly PatchGrid MapGrid = new(8, 8);

    public static void Run()
    {
        Console.WriteLine(TorchRuntime.Description);
        Console.WriteLine();
        Console.WriteLine("| masking | model | masked/thrown/visible | GMAC an image | step, ms | with AttG, ms |");
        Console.WriteLine("|---|---|---|---|---|---|");
        // The first run in a process compiles much of it.
        MedianStep(OptionsOf(Combination.All.First(), guidance: null));
        int run = 0, refused = 0;
        foreach (var combination in Combination.All)
        {
            try
            {
                Console.WriteLine(Line(combination));
                run++;
            }
            catch (InvalidOptionsException exception)
            {
                Console.WriteLine($"| {combination.MaskingName} | {combination.ModelName} | | | refused: {string.Join("; ", exception.Errors)} | |");
                refused++;
            }
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"combinations refused: {refused} combinations"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"combinations run: {run} combinations"));
    }

    private static string Line(Combination combination)
    {
        var options = OptionsOf(combination, guidance: null);
        var estimate = PretrainingEstimate.Of(options);
        var counts = combination.Masking.CountsAt(options.Architecture.Grid, new TrainingProgress(0, 1));
        double plain = MedianStep(options), guided = MedianStep(OptionsOf(combination, new AttentionLossOptions()));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {combination.MaskingName} | {combination.ModelName} | {(combination.Masking.VariesBetweenImages ? "up to " : "")}{counts.Masked}/{counts.Thrown}/{counts.Visible} | {estimate.LastEpoch.Total / 1e9:0.000} | {1e3 * plain:0} | {1e3 * guided:0} |");
    }

    private static PretrainerOptions OptionsOf(Combination combination, AttentionLossOptions? guidance) => new()
    {
        Architecture = new VisionTransformerOptions { ImageHeight = Side, ImageWidth = Side, PatchSize = 8, Width = 96, Depth = 4, Heads = 3 },
        Decoder = combination.Decoder,
        Target = combination.Target,
        Error = combination.Error,
        Masking = combination.Masking,
        Guidance = guidance,
        BatchSize = BatchSize,
        Epochs = 1,
        Optimization = new OptimizationOptions { WarmupEpochs = 1 },
        Precision = ComputePrecision.Float32,
        Device = ComputeDevice.Cpu,
    };

    private static double MedianStep(PretrainerOptions options)
    {
        var images = new NoiseImages(Steps * BatchSize, Side, channels: 3);
        var maps = RandomMaps(images.Count);
        var clock = new StepClock();
        new Pretrainer(images, options, maps: new SampleMaps(options.Masking is IAttentionGuidedMasking || !options.Masking.NeedsPatchWeights(new TrainingProgress(0, 1)) ? null : maps, options.Guidance is null ? null : maps))
            .Run(progress: clock);
        double[] seconds = [.. clock.Seconds.Skip(WarmUp).Order()];
        return seconds[seconds.Length / 2];
    }

    // Whole numbers, so that they serve as part numbers too.
    private static AttentionMapTable RandomMaps(int count)
    {
        var table = new AttentionMapTable(count, MapGrid);
        var random = new Random(1);
        for (int image = 0; image < count; image++)
        {
            table.Set(image, [.. Enumerable.Range(0, MapGrid.Count).Select(_ => (float)random.Next(6))]);
        }

        return table;
    }

    private sealed class StepClock : IProgress<PretrainingMetrics>
    {
        private long _last = Stopwatch.GetTimestamp();

        public List<double> Seconds { get; } = [];

        public void Report(PretrainingMetrics value)
        {
            if (!value.IsEpochEnd)
            {
                Seconds.Add(Stopwatch.GetElapsedTime(_last).TotalSeconds);
                _last = Stopwatch.GetTimestamp();
            }
        }
    }
}
