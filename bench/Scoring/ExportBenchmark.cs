using System.Numerics.Tensors;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.ML;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Scoring;

/// <summary>What narrow weights cost and save: features and nearest neighbours of a small pre-trained encoder, file and speed of a ViT-Ti/4.</summary>
internal static class ExportBenchmark
{
    private const int Side = 32;
    private const int Train = 2560;
    private const int Test = 1000;
    private const int Epochs = 20;

    /// <param name="report">Where the figures go.</param>
    /// <param name="cifar">Folder of CIFAR-10's binary files; null for generated scenes.</param>
    public static void Run(BenchReport report, string? cifar)
    {
        ILabeledImageSource train = cifar is null ? new GeneratedScenes(Train, Side, seed: 1, SceneSplit.Train) : new FirstImages(new Cifar10Source([Path.Combine(cifar, "data_batch_1.bin")]), Train);
        ILabeledImageSource test = cifar is null ? new GeneratedScenes(Test, Side, seed: 2, SceneSplit.Test) : new FirstImages(new Cifar10Source([Path.Combine(cifar, "test_batch.bin")]), Test);
        report.Setting("data", $"{(cifar is null ? "generated scenes" : "CIFAR-10")}, {Train} training and {Test} test images of {Side} px");
        var recipe = GuidedMaeOptions.SmallImages32();
        report.Setting("accuracy", $"{recipe.Architecture.Width} wide, {recipe.Architecture.Depth} deep, patch {recipe.Architecture.PatchSize}; MAE, {Epochs} epochs; mean of the patch tokens, {new KnnOptions().Neighbors} nearest neighbours");
        report.Setting("file and speed", "ViT-Ti/4 32 px, first weights");
        Accuracy(report, Pretrain(train, recipe), train, test);
        Speed(report, UntrainedEncoder.Create(VisionTransformerOptions.Tiny(Side, 4)));
    }

    private static void Accuracy(BenchReport report, EncoderWeights encoder, ILabeledImageSource train, ILabeledImageSource test)
    {
        (float[] trainPixels, int[] trainLabels) = Read(train);
        (float[] testPixels, int[] testLabels) = Read(test);
        int width = encoder.Architecture.Width;
        float[]? full = null;
        foreach (var precision in Enum.GetValues<WeightPrecision>())
        {
            using var model = new ExportedEncoder(encoder, precision);
            float[] features = model.Score(testPixels, Test);
            var neighbours = new KnnClassifier(new FeatureMatrix(width, model.Score(trainPixels, Train)), trainLabels, train.ClassNames.Count);
            double accuracy = ClassificationAccuracy.TopOne(neighbours.Classify(new FeatureMatrix(width, features)).Predictions, testLabels);
            report.Add($"export {precision} k-NN accuracy", 100 * accuracy, "%");
            if (full is not null)
            {
                double[] cosines = CenteredCosines(features, full, width);
                report.Add($"export {precision} mean cosine to full precision, the mean feature taken off", cosines.Average(), "of 1");
                report.Add($"export {precision} least cosine", cosines.Min(), "of 1");
            }

            full ??= features;
        }
    }

    private static void Speed(BenchReport report, EncoderWeights encoder)
    {
        const int Rounds = 6, Images = 128;
        ExportedEncoder[] models = [.. Enum.GetValues<WeightPrecision>().Select(precision => new ExportedEncoder(encoder, precision))];
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, Images, seed: 1);
        double[] fastest = Array.ConvertAll(Turns.Time(Rounds, Array.ConvertAll(models, model => (Action)(() => model.Score(pixels, Images)))), Enumerable.Min);
        for (int i = 1; i < models.Length; i++)
        {
            report.Ratio($"export {models[i].Precision} file", (double)models[i].FileLength / models[0].FileLength, "full precision");
            report.Ratio($"export {models[i].Precision} speed", fastest[0] / fastest[i], "full precision");
        }

        Array.ForEach(models, model => model.Dispose());
    }

    private static EncoderWeights Pretrain(ILabeledImageSource images, GuidedMaeOptions recipe)
    {
        var options = new PretrainerOptions
        {
            Architecture = recipe.Architecture, Decoder = recipe.Decoder, Optimization = recipe.Optimization, BatchSize = recipe.BatchSize, Masking = new RandomMasking(0.75), Epochs = Epochs, Seed = 1,
        };
        BenchReport.Say($"pre-training {Epochs} epochs of {images.Count} images");
        return new Pretrainer(images, options).Run().Encoder;
    }

    // Planes [count, 3, H, W] in 0..255.
    private static (float[] Pixels, int[] Labels) Read(ILabeledImageSource images)
    {
        const int Plane = Side * Side, Channels = 3;
        var pixels = new float[images.Count * Channels * Plane];
        Parallel.For(0, images.Count, image =>
        {
            var bytes = images.Load(image).Pixels;
            for (int i = 0; i < Channels * Plane; i++)
            {
                pixels[(((image * Channels) + (i % Channels)) * Plane) + (i / Channels)] = bytes[i];
            }
        });
        return (pixels, [.. Enumerable.Range(0, images.Count).Select(images.LabelOf)]);
    }

    // What all images have in common would make any two features look alike.
    private static double[] CenteredCosines(float[] features, float[] reference, int width)
    {
        int rows = features.Length / width;
        float[] mean = [.. Enumerable.Range(0, width).Select(column => (float)Enumerable.Range(0, rows).Average(row => (double)reference[(row * width) + column]))];
        float[] Centered(float[] all, int row) => [.. all.AsSpan(row * width, width).ToArray().Zip(mean, (value, center) => value - center)];
        return [.. Enumerable.Range(0, rows).Select(row => (double)TensorPrimitives.CosineSimilarity(Centered(features, row), Centered(reference, row)))];
    }
}
