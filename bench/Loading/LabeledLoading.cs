using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Bench.Loading;

/// <summary>Labelled images that one core makes ready in a second, from decoded pixels in memory to batches of patches, by augmentation.</summary>
internal static class LabeledLoading
{
    private const int Rounds = 3;

    public static void Run(BenchReport report)
    {
        // Photos a little larger than the network's side, as the shorter side of most is; CIFAR's own size.
        Run(report, "224 px", new NoiseImages(512, 375, 3), VisionTransformerOptions.Base(), batchSize: 32);
        Run(report, "32 px", new NoiseImages(16384, 32, 3), VisionTransformerOptions.Tiny(32, 4), batchSize: 128);
    }

    private static void Run(BenchReport report, string name, NoiseImages images, VisionTransformerOptions architecture, int batchSize)
    {
        int[] labels = new int[images.Count];
        foreach (var (kind, augmentation) in new[] { ("none", AugmentationOptions.None()), ("linear probe", AugmentationOptions.LinearProbe()), ("fine-tuning", AugmentationOptions.FineTune()) })
        {
            var loader = new LabeledBatchLoader(images, labels, architecture, new LabeledBatchLoaderOptions { BatchSize = batchSize, Threads = 1, Augmentation = augmentation });
            double seconds = double.PositiveInfinity;
            for (int round = 0; round < Rounds; round++)
            {
                int epoch = round;
                seconds = Math.Min(seconds, ProcessorTime.Of(() => Consume(loader.Epoch(epoch))));
            }

            report.Add($"loader {name} {kind}", images.Count / seconds, "images/s a core");
        }
    }

    private static void Consume(IEnumerable<LabeledBatch> batches)
    {
        foreach (LabeledBatch batch in batches)
        {
            batch.Dispose();
        }
    }
}
