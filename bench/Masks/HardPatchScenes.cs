using System.Diagnostics;
using System.Globalization;
using MaskedPretraining.Bench.Learned;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Masks;

/// <summary>Random masks against hard patches on generated scenes, by a linear probe and k-NN on mean patch tokens: the same epochs, and as many as the same arithmetic allows; and where the hard patches lie.</summary>
internal static class HardPatchScenes
{
    private const int Scenes = 2000;
    private const int TestScenes = 1000;
    private const int Epochs = 20;

    // An epoch of hard patches takes 2.34 times the arithmetic in this shape.
    private const int EpochsOfEqualCost = 47;

    public static void Run()
    {
        var data = LearnedData.Scenes(Scenes, TestScenes);
        Console.WriteLine($"{Scenes} scenes, one seed. {TorchRuntime.Description}");
        Console.WriteLine("masks            | epochs | target            | seconds | probe test, agree | k-NN test, agree | hard share, hard over other loss, order | masks on objects over chance");
        foreach (var target in new[] { ReconstructionTarget.Pixels, ReconstructionTarget.NormalizedPixels })
        {
            Measure(data, new RandomMasking(), Epochs, target);
            Measure(data, new RandomMasking(), EpochsOfEqualCost, target);
            Measure(data, new HardPatchMasking(), Epochs, target);
        }
    }

    private static void Measure(LearnedData data, IMaskingStrategy masking, int epochs, ReconstructionTarget target)
    {
        long start = Stopwatch.GetTimestamp();
        var run = LearnedRun.Train(data with { Test = TestOf(data, SceneSplit.Test) }, masking, epochs, seed: 1, target);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var agree = EncoderScore.Of(run.Encoder, data with { Test = TestOf(data, SceneSplit.Agree) });
        var (last, overlap) = (run.Metrics[^1].LearnedMasking, run.Metrics[^1].ObjectOverlap!);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{masking.GetType().Name,-16} | {epochs,6} | {target,-17} | {seconds,7:0} | {100 * run.Score.Probe:0.0}, {100 * agree.Probe:0.0} | {100 * run.Score.Knn:0.0}, {100 * agree.Knn:0.0} | {last?.HardShare:0.00}, {last?.HardLoss / last?.OtherLoss:0.00}, {last?.LossOrderAgreement:0.00} | {overlap.MaskedShare / overlap.Chance:0.00}"));
    }

    private static GeneratedScenes TestOf(LearnedData data, SceneSplit split) => new(TestScenes, data.Architecture.ImageWidth, seed: 1, split);
}
