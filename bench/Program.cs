using System.CommandLine;
using MaskedPretraining.Bench;
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

// Processes that benchmarks start, of this same program: what they measure must not know what has gone on before.
switch (args)
{
    case [FirstStep.Name]:
        FirstStep.Run();
        return 0;
    case [PeakMemory.Name, var name]:
        PeakMemory.Run(name);
        return 0;
    case [DeviceStep.Name, .. var step]:
        DeviceStep.Run(step);
        return 0;
}

var family = new Argument<string>("family") { Description = "Part of the names of what is measured, for example vit-b. Default: all.", DefaultValueFactory = _ => "" };
var batches = new Argument<int[]>("batch") { Description = "Batch sizes. Default: some that suit the device.", Arity = ArgumentArity.ZeroOrMore };
var photos = Folder("Photos. Default: those of the shared data set, or generated ones.");
var classes = Folder("Photos in train and val, a sub-folder a class. Default: generated scenes.");
var cifar = Folder("CIFAR-10's binary files. Default: generated scenes.");
var runs = new Argument<int>("runs") { Description = "Runs in each precision, at least 2.", DefaultValueFactory = _ => 10 };
var collects = new Option<bool>("--gc") { Description = "Another thread collects garbage all the time." };
var save = new Option<bool>("--save") { Description = "Keep the figures in bench/results." };

var root = new RootCommand("Measures the library beside baselines of the same run.")
{
    Measured(new("pretrain", "Pre-training on the CPU beside a plain implementation, PyTorch and the peak of matrix products."), (report, _) => PretrainBenchmark.Run(report)),
    Measured(new("guidance", "What guidance of the loss adds to a step."), (report, _) => GuidanceBenchmark.Run(report)),
    Measured(new("automae", "What AutoMAE's learned masks add to a step."), (report, _) => AutoMaeBenchmark.Run(report)),
    Measured(new("hard-patches", "What hard patches mining adds to a step."), (report, _) => HardPatchBenchmark.Run(report)),
    Measured(new("cost", "Steps that throw patches beside steps that do not.") { family }, (report, parsed) => CostBenchmark.Run(report, CostFamily.Named(parsed.GetRequiredValue(family)))),
    Measured(new("memory", "Peak memory beside what is said at the start of a run.") { family }, (report, parsed) => MemoryBenchmark.Run(report, CostFamily.Named(parsed.GetRequiredValue(family)))),
    Measured(new("optimizer", "AdamW beside a loop over parameters."), (report, _) => OptimizerBenchmark.Run(report)),
    Measured(new("start-up", "From the start of a process to its first step; sizes of the libraries."), (report, _) => StartUpBenchmark.Run(report)),
    Measured(new("device", "A step on the GPU beside PyTorch, eager and compiled.") { batches }, (report, parsed) => DeviceBenchmark.Run(report, parsed.GetRequiredValue(batches))),
    Measured(new("tokencut", "TokenCut beside a dense eigensolver."), (report, _) => TokenCutBenchmark.Run(report)),
    Measured(new("loader", "Loading beside Pillow and a plain loop.") { photos }, (report, parsed) => LoaderBenchmark.Run(report, parsed.GetValue(photos)?.FullName)),
    Measured(new("scoring", "Scoring through a cursor beside ONNX Runtime alone and row by row."), (report, _) => ScoringBenchmark.Run(report)),
    Measured(new("export", "What narrow weights cost and save.") { cifar }, (report, parsed) => ExportBenchmark.Run(report, parsed.GetValue(cifar)?.FullName)),
    Measured(new("soak", "Long runs, which must end with the same weights.") { runs, collects }, (report, parsed) => SoakBenchmark.Run(report, parsed.GetValue(runs), parsed.GetValue(collects))),
    Printed(new("combinations", "Every masking with every model: a table."), _ => CombinationsBenchmark.Run()),
    Printed(new("hard-patch-scenes", "Random masks against hard patches on generated scenes: a table."), _ => HardPatchScenes.Run()),
    Printed(new("learned", "Random masks, AMT and AutoMAE at equal arithmetic: a table and charts.") { classes }, parsed => LearnedBenchmark.Run(parsed.GetValue(classes)?.FullName)),
};
return root.Parse(args).Invoke();

static Argument<DirectoryInfo> Folder(string description) => new Argument<DirectoryInfo>("folder") { Description = description, Arity = ArgumentArity.ZeroOrOne }.AcceptExistingOnly();

// Ends with lines "NAME: figure unit" or "NAME: figure ratio".
Command Measured(Command command, Action<BenchReport, ParseResult> run)
{
    command.Add(save);
    return Printed(command, parsed =>
    {
        var report = new BenchReport(command.Name);
        run(report, parsed);
        report.Print();
        if (parsed.GetValue(save))
        {
            Console.WriteLine($"Kept in {report.Save(ResultsFolder.Find())}.");
        }
    });
}

static Command Printed(Command command, Action<ParseResult> run)
{
    command.SetAction(parsed =>
    {
        try
        {
            run(parsed);
            return 0;
        }
        catch (Exception exception) when (exception is BenchException or IOException or InvalidDataException)
        {
            Console.Error.WriteLine($"bench: {exception.Message}");
            return 1;
        }
    });
    return command;
}
