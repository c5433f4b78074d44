using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.ML.Classification;
using MaskedPretraining.ML.Training;
using MaskedPretraining.Onnx.Classifiers;
using MaskedPretraining.Onnx.Probes;
using Microsoft.ML;

namespace MaskedPretraining.ML.Tests.Classification;

/// <summary>Exported image classifiers against torch, with weights that let every part matter.</summary>
[TestClass]
public sealed class ImageClassifierCheckTests
{
    private const int Classes = 3;

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Poolings =>
    [
        [TokenPooling.ClassToken], [TokenPooling.NormalizedMean], [TokenPooling.MeanThenNorm], [TokenPooling.ClassTokensOf(2)], [TokenPooling.ClassTokensOf(2, withMean: true)],
    ];

    [TestMethod]
    [DynamicData(nameof(Poolings))]
    public void Check_EveryPooling_AgreesWithTorch(TokenPooling pooling) => ImageClassifierCheck.Of(Classifier(pooling))(Export(Classifier(pooling)));

    [TestMethod]
    [DynamicData(nameof(Poolings))]
    public void Check_AnotherHead_IsFound(TokenPooling pooling)
    {
        var classifier = Classifier(pooling);
        float[] bias = [.. classifier.Head.Bias];
        bias[0] += 0.01f;
        string path = Export(classifier with { Head = classifier.Head with { Bias = bias } });
        Assert.ThrowsExactly<InvalidOperationException>(() => ImageClassifierCheck.Of(classifier)(path));
    }

    private string Export(ImageClassifierWeights classifier)
    {
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
        ImageClassifierExporter.Export(classifier, new ProbeExportOptions { ScoreName = ClassifierColumns.ScoreOutput }, path);
        return path;
    }

    private static ImageClassifierWeights Classifier(TokenPooling pooling)
    {
        var ml = new MLContext();
        using var untrained = ml.MaskedPretraining.GuidedMae("Features", "Image", Tiny.Mae(epochs: 0)).Fit(ml.MaskedPretraining.GeneratedScenes(2));
        var weights = new StateDictionary();
        foreach (string name in untrained.Weights.Weights.Names)
        {
            var tensor = untrained.Weights.Weights[name];
            // The table of positions is fixed.
            float[] noise = Random(weights.Count, tensor.Count, name == "pos_embed" ? 0 : 0.3);
            float[] values = [.. tensor.ToSingles().Zip(noise, (value, change) => value + change)];
            weights[name] = TensorData.FromSingles(values, [.. tensor.Shape]);
        }

        var architecture = untrained.Weights.Architecture;
        int width = pooling.WidthOf(architecture);
        var head = new LinearProbeWeights(Random(101, width, 0.5), Array.ConvertAll(Random(102, width, 1), value => 0.2f + (value * value)), 1e-6, Random(103, width * Classes, 0.5), Random(104, Classes, 1));
        var norm = pooling.Mean == PatchMean.BeforeNorm ? new LayerNormWeights(Random(105, width, 1), Random(106, width, 1)) : null;
        return new ImageClassifierWeights(new EncoderWeights(architecture, weights), pooling, head, norm);
    }

    private static float[] Random(long index, int count, double deviation)
    {
        var random = new RandomStream(2, RandomPurpose.Initialization, 0, index);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(deviation * random.NextGaussian()))];
    }
}
