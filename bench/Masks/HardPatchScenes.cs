using System.Diagnostics;
using System.Globalization;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Masks;

/// <summary>Random masks against hard patches on generated scenes, by a linear probe and k-NN on mean patch tokens: the same epochs, and as many as the same arithmetic allows; and where the hard patches lie.</summary>
internal static class HardPatchScenes
{
    private const int Scenes = 2000;
    private const int TestScenes = 1000;
    private const int Epochs = 20;

    // An epoch of hard patches takes 2.34 times the arithmetic in this shape.
    private const int EpochsOfEqualCost = 47;
    private const int Side = 32;

    public static void Run()
    {
        var train = new GeneratedScenes(Scenes, Side, seed: 1, SceneSplit.Train);
        GeneratedScenes[] tests = [new(TestScenes, Side, 1, SceneSplit.Test), new(TestScenes, Side, 1, SceneSplit.Agree)];
        Console.WriteLine($"{Scenes} scenes. {TorchRuntime.Description}");
        Console.WriteLine("masks            | epochs | target           | seconds | probe test, agree | k-NN test, agree | hard share, hard over other loss, order | masks on objects over chance");
        foreach (var target in new[] { ReconstructionTarget.Pixels, ReconstructionTarget.NormalizedPixels })
        {
            Measure(train, tests, new RandomMasking(), target, Epochs);
            Measure(train, tests, new RandomMasking(), target, EpochsOfEqualCost);
            Measure(train, tests, new HardPatchMasking(), target, Epochs);
        }
    }

    private static void Measure(GeneratedScenes train, GeneratedScenes[] tests, IMaskingStrategy masking, ReconstructionTarget target, int epochs)
    {
        var options = OptionsOf(masking, target, epochs);
        long start = Stopwatch.GetTimestamp();
        var result = new Pretrainer(train, options, maps: new SampleMaps(Objects: ObjectsOf(train, options.Architecture.Grid))).Run();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var runner = new EncoderRunner(result.Encoder);
        var features = FeaturesOf(runner, train);
        var knn = new KnnClassifier(features.Features, [.. features.Labels], train.ClassNames.Count);
        List<double> probes = [], neighbours = [];
        foreach (var test in tests)
        {
            var queries = FeaturesOf(runner, test);
            probes.Add(new LinearProbeTrainer().Fit(features, train.ClassNames.Count, queries).Metrics[^1].ValidationAccuracy!.Value);
            neighbours.Add(ClassificationAccuracy.TopOne(knn.Classify(queries.Features).Predictions, [.. queries.Labels]));
        }

        var (last, overlap) = (result.Metrics[^1].LearnedMasking, result.Metrics[^1].ObjectOverlap!);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{masking.GetType().Name,-16} | {epochs,6} | {target,-16} | {seconds:0} | {100 * probes[0]:0.0}, {100 * probes[1]:0.0} | {100 * neighbours[0]:0.0}, {100 * neighbours[1]:0.0} | {last?.HardShare:0.00}, {last?.HardLoss / last?.OtherLoss:0.00}, {last?.LossOrderAgreement:0.00} | {overlap.MaskedShare / overlap.Chance:0.000}"));
    }

    // The shape and recipe of GuidedMaeOptions.SmallImages32.
    private static PretrainerOptions OptionsOf(IMaskingStrategy masking, ReconstructionTarget target, int epochs) => new()
    {
        Architecture = new VisionTransformerOptions { ImageHeight = Side, ImageWidth = Side, PatchSize = 4, Width = 96, Depth = 4, Heads = 3 },
        Decoder = new MaeDecoderOptions { Width = 64, Depth = 2, Heads = 2 },
        Masking = masking,
        Target = target,
        Epochs = epochs,
        BatchSize = 64,
        Optimization = new OptimizationOptions { LearningRatePer256 = 6e-3 },
        Precision = ComputePrecision.Float32,
        Seed = 1,
    };

    private static AttentionMapTable ObjectsOf(GeneratedScenes scenes, PatchGrid grid)
    {
        var table = new AttentionMapTable(scenes.Count, grid);
        int patch = Side / grid.Rows;
        for (int scene = 0; scene < scenes.Count; scene++)
        {
            var cover = new float[grid.Count];
            bool[] isObject = scenes.MaskOf(scene);
            for (int pixel = 0; pixel < isObject.Length; pixel++)
            {
                cover[(pixel / Side / patch * grid.Columns) + (pixel % Side / patch)] += isObject[pixel] ? 1f / (patch * patch) : 0;
            }

            table.Set(scene, cover);
        }

        return table;
    }

    private static LabeledFeatures FeaturesOf(EncoderRunner runner, GeneratedScenes scenes)
    {
        var features = new List<float>();
        for (int scene = 0; scene < scenes.Count; scene++)
        {
            byte[] pixels = scenes.Load(scene).Pixels;
            var planes = new float[pixels.Length];
            for (int i = 0; i < pixels.Length; i++)
            {
                planes[(i % 3 * Side * Side) + (i / 3)] = pixels[i];
            }

            features.AddRange(runner.Run(planes, 1).Mean);
        }

        return new LabeledFeatures(new FeatureMatrix(features.Count / scenes.Count, [.. features]), [.. Enumerable.Range(0, scenes.Count).Select(scenes.LabelOf)]);
    }
}
