using System.Text.RegularExpressions;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>Where the time of a step goes.</summary>
/// <param name="Seconds">Each stage's time in one step, that of cores which work at once counted once.</param>
/// <param name="Step">A step in all.</param>
internal sealed partial record StageTable(IReadOnlyDictionary<StepStage, double> Seconds, double Step)
{
    /// <summary>What a clock has seen.</summary>
    /// <param name="clock">Ran during the steps.</param>
    /// <param name="steps">Their number.</param>
    /// <param name="step">Seconds of one.</param>
    public static StageTable Of(StageClock clock, int steps, double step) =>
        new(Enum.GetValues<StepStage>().ToDictionary(stage => stage, stage => clock.Seconds(stage) / steps / (IsOnAllCores(stage) ? TorchRuntime.Threads : 1)), step);

    /// <summary>Notes the milliseconds of a step and of its stages, largest first, and what the blocks' time is made of behind them.</summary>
    public void AddTo(BenchReport report, string name)
    {
        var stages = Seconds.Where(stage => !IsPartOfOthers(stage.Key)).OrderByDescending(stage => stage.Value).ToList();
        report.Add($"{name} step", 1000 * Step, "ms");
        foreach (var (stage, seconds) in stages)
        {
            Add(WordEnd().Replace($"{stage}", " ").ToLowerInvariant(), seconds);
        }

        double blocks = stages.Where(stage => stage.Key is StepStage.Encoder or StepStage.Decoder or StepStage.BackwardEncoder or StepStage.BackwardDecoder).Sum(stage => stage.Value);
        double products = Seconds[StepStage.Products], attention = Seconds[StepStage.Attention];
        Add("all else, waits for a core among it", Step - stages.Sum(stage => stage.Value));
        Add("in blocks: products", products);
        Add("in blocks: attention", attention);
        Add("in blocks: sweeps over rows", blocks - products - attention);

        void Add(string stage, double seconds) => report.Add($"{name} step, {stage}", 1000 * seconds, "ms");
    }

    private static bool IsOnAllCores(StepStage stage) => IsPartOfOthers(stage) || stage is >= StepStage.Assemble and <= StepStage.BackwardRest;

    private static bool IsPartOfOthers(StepStage stage) => stage is StepStage.Products or StepStage.Attention;

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordEnd();
}
