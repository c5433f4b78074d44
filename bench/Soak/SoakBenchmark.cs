using System.Diagnostics;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Soak;

/// <summary>
/// The same pre-training again and again, in single precision and in bfloat16: every run has to end with the same weights, bit by bit. Another thread may collect garbage all the time, as a
/// program that does other work beside would at most.
/// </summary>
internal static class SoakBenchmark
{
    private const int Images = 2560;
    private const int Side = 32;
    private const int Epochs = 20;

    /// <param name="report">Where the figures go.</param>
    /// <param name="runs">How many runs in each precision, at least 2.</param>
    /// <param name="collects">Whether garbage is collected all the time.</param>
    public static void Run(BenchReport report, int runs, bool collects)
    {
        if (runs < 2)
        {
            throw new BenchException($"{runs} runs have nothing to be the same as; name at least 2.");
        }

        var images = new GeneratedScenes(Images, Side, seed: 1, SceneSplit.Train);
        report.Setting("runs", $"{Epochs} epochs of {Images} images of {Side} px each, the small preset, {(collects ? "garbage collected all the time" : "nothing beside")}");
        using var end = new CancellationTokenSource();
        // In the background, so that it keeps no process alive whose runs differ.
        var collector = new Thread(() => Collect(end.Token)) { IsBackground = true };
        if (collects)
        {
            collector.Start();
        }

        foreach (var precision in (ComputePrecision[])[ComputePrecision.Float32, ComputePrecision.BFloat16])
        {
            StateDictionary? first = null;
            for (int run = 1; run <= runs; run++)
            {
                long start = Stopwatch.GetTimestamp();
                var weights = Pretrain(images, precision).Weights;
                first ??= weights;
                BenchReport.Say($"{precision}, run {run}: {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, {GC.CollectionCount(0)} collections so far");
                RequireSame(first, weights, $"{precision}, run {run}");
            }

            report.Add($"soak {precision} runs with the same weights", runs, "runs");
        }

        report.Add("soak collections", GC.CollectionCount(0), "collections");
        end.Cancel();
    }

    private static EncoderWeights Pretrain(GeneratedScenes images, ComputePrecision precision)
    {
        var recipe = GuidedMaeOptions.SmallImages32();
        var options = new PretrainerOptions
        {
            Architecture = recipe.Architecture, Decoder = recipe.Decoder, Optimization = recipe.Optimization, BatchSize = recipe.BatchSize, Masking = new RandomMasking(0.75), Epochs = Epochs, Seed = 1,
            Precision = precision,
        };
        return new Pretrainer(images, options).Run().Encoder;
    }

    private static void Collect(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            GC.Collect(0);
            Thread.Sleep(1);
        }
    }

    private static void RequireSame(StateDictionary expected, StateDictionary actual, string run)
    {
        foreach (string name in expected.Names)
        {
            if (!expected[name].Bytes.AsSpan().SequenceEqual(actual[name].Bytes))
            {
                throw new BenchException($"{run}: '{name}' differs from the first run's. What was to be the same bit by bit is not.");
            }
        }
    }
}
