using System.Diagnostics;
using System.Globalization;
using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.ML;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Learned;

/// <summary>
/// Does AutoMAE's generator come to mask objects, and are the features better for it? Random masks, AMT and AutoMAE at equal arithmetic, the provider's training and its pass over each crop counted as
/// AutoMAE's; AutoMAE with the released options beside ours. Three seeds; curves as SVG files in the current folder.
/// </summary>
internal static class LearnedBenchmark
{
    private const int Scenes = 2000;
    private const int TestScenes = 1000;
    private const int ProviderEpochs = 15;
    private const int LearnedEpochs = 20;
    private const string Released = "AutoMAE as released";
    private static readonly ulong[] Seeds = [1, 2, 3];
    private static readonly string[] Names = ["random", "AMT", "AutoMAE", Released];

    /// <param name="folder">Folder of photos; null takes generated scenes.</param>
    public static void Run(string? folder) => Measure(folder is null ? LearnedData.Scenes(Scenes, TestScenes) : LearnedData.Photos(folder));

    private static void Measure(LearnedData data)
    {
        var clock = Stopwatch.StartNew();
        int equal = EqualEpochs(data, new RandomMasking()), equalAmt = EqualEpochs(data, new AttentionDrivenMasking(new()));
        Console.WriteLine(Invariant($"{data.Name}: {data.Train.Count} images, {data.Test.Count} to test; provider {ProviderEpochs} epochs, AutoMAE {LearnedEpochs}, random {equal}, AMT {equalAmt}; seeds {string.Join(", ", Seeds)}"));
        var runs = Names.ToDictionary(name => name, _ => new List<LearnedRun>());
        var providers = new List<LearnedRun>();
        foreach (ulong seed in Seeds)
        {
            var provider = LearnedRun.Train(data, new RandomMasking(), ProviderEpochs, seed + 100);
            providers.Add(provider);
            Train("random", new RandomMasking(), equal);
            Train("AMT", new AttentionDrivenMasking(new()), equalAmt);
            Train("AutoMAE", new AutoMaeMasking(provider.Encoder), LearnedEpochs);
            Train(Released, new AutoMaeMasking(provider.Encoder, AutoMaeOptions.Released()), LearnedEpochs);

            void Train(string name, IMaskingStrategy masking, int epochs)
            {
                runs[name].Add(LearnedRun.Train(data, masking, epochs, seed));
                var run = runs[name][^1];
                Console.WriteLine(Invariant($"  seed {seed}, {name}: probe {100 * run.Score.Probe:0.0} %, k-NN {100 * run.Score.Knn:0.0} % ({clock.Elapsed.TotalMinutes:0.0} min)"));
            }
        }

        Console.WriteLine();
        Console.WriteLine("| masks | epochs | linear probe % | k-NN % | masked patches on objects, last epoch % (chance) | masked of the provider's top quarter, last epoch | entropy | discriminator / generator loss |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        Row("random, the provider", providers);
        foreach (string name in Names)
        {
            Row(name, runs[name]);
        }

        Draw(data, runs);
    }

    private static void Row(string name, List<LearnedRun> runs)
    {
        var last = runs.ConvertAll(run => run.Metrics[^1]);
        string objects = last[0].ObjectOverlap is { } first
            ? Invariant($"{Spread(last.ConvertAll(end => 100 * end.ObjectOverlap!.MaskedShare))} ({100 * first.Chance:0.0})")
            : "";
        string top = last[0].LearnedMasking is null ? "" : Spread(last.ConvertAll(end => end.LearnedMasking!.MaskedTopQuarterShare!.Value), "0.000");
        string entropy = last[0].LearnedMasking is null ? "" : Spread(last.ConvertAll(end => end.LearnedMasking!.GeneratorEntropy!.Value), "0.00");
        string game = last[0].LearnedMasking is null ? "" : Invariant($"{last.Average(end => end.LearnedMasking!.DiscriminatorLoss):0.00} / {last.Average(end => end.LearnedMasking!.GeneratorLoss):0.00}");
        Console.WriteLine(Invariant($"| {name} | {last[0].Epochs} | {Spread(runs.ConvertAll(run => 100 * run.Score.Probe))} | {Spread(runs.ConvertAll(run => 100 * run.Score.Knn))} | {objects} | {top} | {entropy} | {game} |"));
    }

    private static void Draw(LearnedData data, Dictionary<string, List<LearnedRun>> runs)
    {
        string[] learned = ["AutoMAE", Released];
        var top = new LineChart($"Masked patches of the provider's top quarter, {data.Name}", "share of the masked patches", "epoch");
        foreach (string name in learned)
        {
            top.Add(name, runs[name].ConvertAll(run => run.Metrics.Select(epoch => epoch.LearnedMasking!.MaskedTopQuarterShare!.Value).ToArray()));
        }

        top.Save($"learned-top-quarter-{data.Name.Replace(' ', '-')}.svg");
        if (data.Objects is null)
        {
            return;
        }

        var objects = new LineChart($"Masked patches on objects, {data.Name}", "share above chance", "epoch (runs of other lengths resampled)");
        foreach (string name in Names)
        {
            objects.Add(name, runs[name].ConvertAll(run => Resampled(run.Metrics)));
        }

        objects.Save($"learned-objects-{data.Name.Replace(' ', '-')}.svg");
    }

    // Runs of different lengths over one axis.
    private static double[] Resampled(IReadOnlyList<PretrainingMetrics> metrics) =>
        [.. Enumerable.Range(0, LearnedEpochs).Select(point => metrics[point * (metrics.Count - 1) / (LearnedEpochs - 1)].ObjectOverlap!.Gain)];

    /// <summary>Epochs of a masking that cost what AutoMAE's run and its provider's cost.</summary>
    private static int EqualEpochs(LearnedData data, IMaskingStrategy masking)
    {
        var cost = new PretrainingCost(data.Architecture, GuidedMaeOptions.SmallImages32().Decoder, ReconstructionTarget.NormalizedPixels);
        double step = cost.Implementation(new RandomMasking().CountsAt(data.Architecture.Grid, new TrainingProgress(0, 1))).Step;
        double all = ((ProviderEpochs + LearnedEpochs) * step) + (LearnedEpochs * cost.ImplementationMap);
        int epochs = 1;
        while (cost.ImplementationRun(masking, epochs + 1).Total <= all)
        {
            epochs++;
        }

        return epochs;
    }

    private static string Spread(List<double> values, string format = "0.0")
    {
        double mean = values.Average(), deviation = Math.Sqrt(values.Sum(value => Math.Pow(value - mean, 2)) / (values.Count - 1));
        return $"{mean.ToString(format, CultureInfo.InvariantCulture)} ± {deviation.ToString(format, CultureInfo.InvariantCulture)}";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
