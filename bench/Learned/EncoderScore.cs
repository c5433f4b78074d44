using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Learned;

/// <summary>What an encoder's mean tokens are worth: accuracy on the test images.</summary>
/// <param name="Probe">A linear probe's.</param>
/// <param name="Knn">That of 20 nearest neighbours.</param>
internal sealed record EncoderScore(double Probe, double Knn)
{
    public static EncoderScore Of(EncoderWeights encoder, LearnedData data)
    {
        var (train, test) = (Features(encoder, data.Train), Features(encoder, data.Test));
        int classes = data.Train.ClassNames.Count;
        var result = new LinearProbeTrainer().Fit(train, classes, test);
        var scores = new KnnClassifier(train.Features, [.. train.Labels], classes).Classify(test.Features);
        return new EncoderScore(result.Metrics[^1].ValidationAccuracy!.Value, ClassificationAccuracy.TopOne(scores.Predictions, [.. test.Labels]));
    }

    private static LabeledFeatures Features(EncoderWeights encoder, ILabeledImageSource images)
    {
        var architecture = encoder.Architecture;
        using var runner = new EncoderRunner(encoder);
        float[] features = new float[images.Count * architecture.Width];
        foreach (var loaded in new WholeImageLoader(images, architecture, new BatchLoaderOptions { BatchSize = 100 }).All())
        {
            using var batch = loaded;
            runner.Run(Planes(batch, architecture), batch.Count).Mean.CopyTo(features, batch.Samples[0] * architecture.Width);
        }

        return new LabeledFeatures(new FeatureMatrix(architecture.Width, features), [.. Enumerable.Range(0, images.Count).Select(images.LabelOf)]);
    }

    // From patches [B, N, P*P*C] to planes [B, C, H, W].
    private static float[] Planes(ImageBatch batch, VisionTransformerOptions architecture)
    {
        var (grid, side, channels) = (architecture.Grid, architecture.PatchSize, architecture.Channels);
        float[] planes = new float[batch.Count * grid.Count * architecture.PatchLength];
        for (int place = 0; place < planes.Length; place++)
        {
            int x = place % architecture.ImageWidth, y = place / architecture.ImageWidth % architecture.ImageHeight;
            int plane = place / (architecture.ImageWidth * architecture.ImageHeight), image = plane / channels;
            int patch = (y / side * grid.Columns) + (x / side), pixel = (y % side * side) + (x % side);
            planes[place] = batch.Patches[(((image * grid.Count) + patch) * architecture.PatchLength) + (pixel * channels) + (plane % channels)];
        }

        return planes;
    }
}
