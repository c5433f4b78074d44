using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Classifiers;
using MaskedPretraining.Onnx.Probes;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Classifiers;

[TestClass]
public sealed class ImageClassifierExporterTests
{
    private const int Classes = 4;
    private const int Images = 3;

    public static IEnumerable<object[]> Poolings =>
    [
        [TokenPooling.ClassToken], [TokenPooling.NormalizedMean], [TokenPooling.MeanThenNorm],
        [TokenPooling.ClassTokensOf(3)], [TokenPooling.ClassTokensOf(1, withMean: true)], [TokenPooling.ClassTokensOf(2, withMean: true)],
    ];

    [TestMethod]
    [DynamicData(nameof(Poolings))]
    public void Export_EveryPooling_EqualsReference(TokenPooling pooling) => CheckAgainstReference(Classifier(TinyEncoder.Architecture(depth: 3), pooling, hasBatchNorm: false));

    [TestMethod]
    [DynamicData(nameof(Poolings))]
    public void Export_BatchNormalised_EqualsReference(TokenPooling pooling) => CheckAgainstReference(Classifier(TinyEncoder.Architecture(depth: 3), pooling, hasBatchNorm: true));

    [TestMethod]
    public void Export_LayerScaleAndRelativePositions_EqualsReference()
    {
        var architecture = TinyEncoder.Architecture();
        (architecture.Position, architecture.LayerScale) = (PositionEmbedding.Relative, 0.5);
        CheckAgainstReference(Classifier(architecture, TokenPooling.MeanThenNorm, hasBatchNorm: false));
    }

    [TestMethod]
    public void Export_SingleRow_HasShapesThatMLNetReads()
    {
        using var folder = new TemporaryFolder();
        var classifier = Classifier(TinyEncoder.Architecture(), TokenPooling.ClassToken, hasBatchNorm: false);
        ImageClassifierExporter.Export(classifier, new ProbeExportOptions { OneHotName = "one_hot", SingleRow = true }, folder["classifier.onnx"]);
        using var scorer = new OnnxScorer(folder["classifier.onnx"]);
        Assert.AreEqual("pixels Single [1, 3, 8, 12]", scorer.Input.ToString());
        CollectionAssert.AreEqual(new[] { "Score Single [4]", "class Int64 [1]", "one_hot Single [4]" }, scorer.Outputs.Select(output => output.ToString()).ToArray());
        float[] pixels = ExportCheck.RandomPixels(classifier.Encoder.Architecture, 1, seed: 6);
        Near.Assert(Reference(classifier, pixels), scorer.Score(pixels, 1, "Score"), Near.Single, "Score");
    }

    [TestMethod]
    public void Export_MoreBlocksThanThereAre_SaysHowMany()
    {
        var classifier = Classifier(TinyEncoder.Architecture(depth: 3), TokenPooling.ClassTokensOf(3), hasBatchNorm: false);
        var shallow = classifier with { Encoder = TinyEncoder.Create(TinyEncoder.Architecture(depth: 2)) };
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => ImageClassifierExporter.Export(shallow, new ProbeExportOptions(), "never.onnx"));
        Assert.Contains("at most 2, the encoder's blocks", exception.Message);
        Assert.IsFalse(File.Exists("never.onnx"));
    }

    [TestMethod]
    public void Export_HeadOfAnotherPooling_SaysWhatItMustRead()
    {
        var classifier = Classifier(TinyEncoder.Architecture(), TokenPooling.ClassToken, hasBatchNorm: false) with { Pooling = TokenPooling.ClassTokensOf(2) };
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => ImageClassifierExporter.Export(classifier, new ProbeExportOptions(), "never.onnx"));
        Assert.Contains("read 48 features", exception.Message);
    }

    [TestMethod]
    public void Export_PoolingNormMissing_SaysWhatItNeeds()
    {
        var classifier = Classifier(TinyEncoder.Architecture(), TokenPooling.MeanThenNorm, hasBatchNorm: false) with { PoolingNorm = null };
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => ImageClassifierExporter.Export(classifier, new ProbeExportOptions(), "never.onnx"));
        Assert.Contains("24 scales and shifts", exception.Message);
    }

    private static void CheckAgainstReference(ImageClassifierWeights classifier)
    {
        using var folder = new TemporaryFolder();
        ImageClassifierExporter.Export(classifier, new ProbeExportOptions(), folder["classifier.onnx"]);
        using var scorer = new OnnxScorer(folder["classifier.onnx"]);
        float[] pixels = ExportCheck.RandomPixels(classifier.Encoder.Architecture, Images, seed: 5);
        float[] scores = new float[Images * Classes];
        long[] predicted = new long[Images];
        scorer.Score(pixels, Images, [new OutputBuffer("Score", scores), new OutputBuffer("class", predicted)]);
        int length = pixels.Length / Images;
        double[][] expected = [.. Enumerable.Range(0, Images).Select(image => Reference(classifier, pixels.AsSpan(image * length, length)))];
        Near.Assert([.. expected.SelectMany(row => row)], scores, Near.Single, "Score");
        CollectionAssert.AreEqual(expected.Select(row => (long)Array.IndexOf(row, row.Max())).ToArray(), predicted);
    }

    private static double[] Reference(ImageClassifierWeights classifier, ReadOnlySpan<float> image)
    {
        var (encoder, pooling, head) = (new ReferenceEncoder(classifier.Encoder), classifier.Pooling, classifier.Head);
        double[][][] blocks = encoder.Blocks(image);
        var features = new List<double>();
        foreach (double[][] block in blocks.TakeLast(pooling.ClassTokens))
        {
            features.AddRange(encoder.FinalNorm(block[0]));
        }

        if (pooling.Mean == PatchMean.AfterNorm)
        {
            features.AddRange(Mean([.. blocks[^1].Skip(1).Select(encoder.FinalNorm)]));
        }
        else if (pooling.Mean == PatchMean.BeforeNorm)
        {
            features.AddRange(encoder.Normalize(classifier.PoolingNorm!, Mean([.. blocks[^1].Skip(1)])));
        }

        double[] logits = new double[Classes];
        for (int label = 0; label < Classes; label++)
        {
            logits[label] = head.Bias[label] + features.Select((value, index) =>
                head.Weight[(label * head.Width) + index] * (value - head.RunningMean[index]) / Math.Sqrt(head.RunningVariance[index] + head.Epsilon)).Sum();
        }

        double[] exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - logits.Max()));
        return Array.ConvertAll(exponentials, value => value / exponentials.Sum());
    }

    private static double[] Mean(double[][] tokens) => [.. tokens[0].Select((_, index) => tokens.Average(token => token[index]))];

    private static ImageClassifierWeights Classifier(VisionTransformerOptions architecture, TokenPooling pooling, bool hasBatchNorm)
    {
        int width = pooling.WidthOf(architecture);
        float[] weight = Random(1, width * Classes, 0.5), bias = Random(2, Classes, 1);
        var head = hasBatchNorm
            ? new LinearProbeWeights(Random(3, width, 0.5), Array.ConvertAll(Random(4, width, 1), value => 0.2f + (value * value)), 1e-6, weight, bias)
            : LinearProbeWeights.Plain(width, weight, bias);
        var norm = pooling.Mean == PatchMean.BeforeNorm ? new LayerNormWeights(Random(5, architecture.Width, 1), Random(6, architecture.Width, 1)) : null;
        return new ImageClassifierWeights(TinyEncoder.Create(architecture), pooling, head, norm);
    }

    private static float[] Random(long index, int count, double deviation)
    {
        var random = new RandomStream(2, RandomPurpose.Initialization, 0, index);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(deviation * random.NextGaussian()))];
    }
}
