using MaskedPretraining.Bench.Attention;
using MaskedPretraining.Bench.Combinations;
using MaskedPretraining.Bench.Costs;
using MaskedPretraining.Bench.Device;
using MaskedPretraining.Bench.Learned;
using MaskedPretraining.Bench.Loading;
using MaskedPretraining.Bench.Masks;
using MaskedPretraining.Bench.Optimizer;
using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Bench.Scoring;
using MaskedPretraining.Bench.Soak;
using MaskedPretraining.Bench.StartUp;

// Each benchmark ends with lines "NAME: figure unit" or "NAME: figure ratio"; --save keeps them in bench/results/NAME.json.
var benchmarks = new Dictionary<string, Action<BenchReport, string[]>>(StringComparer.Ordinal)
{
    ["pretrain"] = (report, _) => PretrainBenchmark.Run(report),
    ["guidance"] = (report, _) => GuidanceBenchmark.Run(report),
    ["automae"] = (report, _) => AutoMaeBenchmark.Run(report),
    ["hard-patches"] = (report, _) => HardPatchBenchmark.Run(report),
    ["hard-patch-scenes"] = (_, _) => HardPatchScenes.Run(),
    ["cost"] = (report, family) => CostBenchmark.Run(report, string.Join(' ', family)),
    ["memory"] = (report, family) => MemoryBenchmark.Run(report, string.Join(' ', family)),
    ["optimizer"] = (report, _) => OptimizerBenchmark.Run(report),
    ["start-up"] = (report, _) => StartUpBenchmark.Run(report),
    ["device"] = (report, batches) => DeviceBenchmark.Run(report, batches),
    ["tokencut"] = (report, _) => TokenCutBenchmark.Run(report),
    ["loader"] = (report, folder) => LoaderBenchmark.Run(report, folder.FirstOrDefault()),
    ["combinations"] = (_, _) => CombinationsBenchmark.Run(),
    ["scoring"] = (report, _) => ScoringBenchmark.Run(report),
    ["export"] = (report, folder) => ExportBenchmark.Run(report, folder.FirstOrDefault()),
    ["soak"] = (report, words) => SoakBenchmark.Run(report, words),
    ["learned"] = (_, folder) => LearnedBenchmark.Run(folder.FirstOrDefault()),
};

// A process of the start-up benchmark's own.
if (args is ["first-step"])
{
    FirstStep.Run();
    return 0;
}

// A process for each batch size of the device benchmark.
if (args is ["device-step", .. var step])
{
    DeviceStep.Run(step);
    return 0;
}

const string Save = "--save";
string[] words = [.. args.Where(word => word != Save)];
if (words.Length == 0 || !benchmarks.TryGetValue(words[0], out var run))
{
    Console.Error.WriteLine($"usage: dotnet run -c Release --project bench -- NAME [ARGUMENTS] [{Save}]");
    Console.Error.WriteLine($"NAME: {string.Join(", ", benchmarks.Keys)}; cost and memory take part of a family's name, learned and loader a folder of photos, device batch sizes.");
    return 1;
}

var report = new BenchReport(words[0]);
run(report, words[1..]);
report.Print();
if (args.Contains(Save))
{
    Console.WriteLine($"Kept in {report.Save(ResultsFolder.Find())}.");
}

return 0;
