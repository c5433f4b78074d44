using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Maps;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Maps;

[TestClass]
public sealed class AttentionMapExporterTests
{
    private const int Count = 2;

    // A map of evidence is a sum over channels of both signs, which cancel all but a tenth to a hundredth; a wrong term in the gradient changes it by more than 1e-2.
    private const double Evidence = 1e-3;

    [TestMethod]
    [DataRow(HeadNormalization.PerHeadThenMean, HeadPooling.Mean, null, null)]
    [DataRow(HeadNormalization.MeanThenMinMax, HeadPooling.Mean, null, 0.6)]
    [DataRow(HeadNormalization.PerHeadThenMean, HeadPooling.Max, null, 0.3)]
    [DataRow(HeadNormalization.MeanThenMinMax, HeadPooling.Max, null, null)]
    [DataRow(HeadNormalization.PerHeadThenMean, HeadPooling.Mean, 2, 0.5)]
    public void Export_ClassAttention_AgreesWithTheManagedMap(HeadNormalization normalization, HeadPooling pooling, int? head, double? mass)
    {
        var options = new ClassAttentionOptions { Normalization = normalization, Pooling = pooling, Head = head, MassThreshold = mass };
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture());
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, Count, seed: 5);
        var reference = new ReferenceEncoder(encoder);
        var (heads, patches) = (encoder.Architecture.Heads, encoder.Architecture.Grid.Count);
        double[] expected = [.. Images(pixels).SelectMany(image =>
        {
            float[] attention = [.. reference.Forward(image).Attention.SelectMany(row => row[1..]).Select(value => (float)value)];
            float[] map = new float[patches];
            AttentionMapNormalizer.Normalize(attention, heads, options, map);
            return map.Select(value => (double)value);
        })];
        Near.Assert(expected, Score(encoder, new AttentionMapExportOptions { ClassAttention = options }, pixels, "map"), Near.Map, "map");
    }

    [TestMethod]
    public void Export_TokenCut_AgreesWithTheManagedCutOfTheReferencesKeys()
    {
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture(height: 20, width: 24));
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, Count, seed: 6);
        var reference = new ReferenceEncoder(encoder);
        float[] keys = [.. Images(pixels).SelectMany(image => reference.Keys(image).SelectMany(key => key.Select(value => (float)value)))];
        var options = new AttentionMapExportOptions { TokenCut = new TokenCutOptions(), BoxName = "box", EigenvalueName = "eigenvalue", DegenerateName = "degenerate" };
        var cuts = new TokenCut(encoder.Architecture.Grid, encoder.Architecture.Width).Segment(keys);
        Near.Assert([.. cuts.SelectMany(cut => cut.Map.Values.Select(value => (double)value))], Score(encoder, options, pixels, "map"), Near.Map, "map");
        Near.Assert([.. cuts.Select(cut => cut.SecondEigenvalue)], Score(encoder, options, pixels, "eigenvalue"), Near.Map, "eigenvalue");
        CollectionAssert.AreEqual(cuts.Select(cut => cut.IsDegenerate ? 1f : 0).ToArray(), Score(encoder, options, pixels, "degenerate"));
    }

    [TestMethod]
    [DataRow(false, null, false)]
    [DataRow(false, 1, true)]
    [DataRow(true, null, true)]
    [DataRow(true, 2, false)]
    [DataRow(true, null, false, true)]
    [DataRow(true, 1, true, true)]
    public void Export_GradCam_AgreesWithCentralDifferences(bool usesMeanToken, int? target, bool isRelativeAndScaled, bool hasPoolingNorm = false)
    {
        var architecture = TinyEncoder.Architecture();
        if (isRelativeAndScaled)
        {
            (architecture.Position, architecture.LayerScale) = (PositionEmbedding.Relative, 0.8);
        }

        var encoder = TinyEncoder.Create(architecture);
        var options = new GradCamOptions { Probe = Probe(architecture.Width, 3), UsesMeanToken = usesMeanToken, Class = target };
        if (hasPoolingNorm)
        {
            var (scale, shift) = (Probe(architecture.Width, 1).Weight, Probe(architecture.Width, 2).RunningMean);
            options.PoolingNorm = new LayerNormWeights(scale, shift);
        }

        float[] pixels = ExportCheck.RandomPixels(architecture, Count, seed: 7);
        double[] expected = [.. Images(pixels).SelectMany(image => MapByDifferences(new ReferenceEncoder(encoder), image, options, architecture)).Select(value => (double)value)];
        Assert.IsGreaterThan(0, expected.Count(value => value is > 0.01 and < 0.99), "a map that tells something");
        Near.Assert(expected, Score(encoder, new AttentionMapExportOptions { GradCam = options }, pixels, "map"), Evidence, "map");
    }

    [TestMethod]
    public void Export_SingleRow_HasRowsWithoutTheFirstAxis()
    {
        using var folder = new TemporaryFolder();
        var options = new AttentionMapExportOptions { TokenCut = new TokenCutOptions(), SingleRow = true, BoxName = "box", DegenerateName = "flag" };
        AttentionMapExporter.Export(TinyEncoder.Create(TinyEncoder.Architecture()), options, folder["map.onnx"]);
        using var scorer = new OnnxScorer(folder["map.onnx"]);
        CollectionAssert.AreEqual(new[] { 2, 3 }, scorer.Outputs.Single(output => output.Name == "map").Shape.ToArray());
        CollectionAssert.AreEqual(new[] { 4 }, scorer.Outputs.Single(output => output.Name == "box").Shape.ToArray());
        CollectionAssert.AreEqual(new[] { 1 }, scorer.Outputs.Single(output => output.Name == "flag").Shape.ToArray());
    }

    [TestMethod]
    public void Export_WrongOptions_ListsAllErrors()
    {
        var options = new AttentionMapExportOptions
        {
            ClassAttention = new ClassAttentionOptions { Head = 3 },
            GradCam = new GradCamOptions { Probe = Probe(7, 2), Class = 2 },
            EigenvalueName = "eigenvalue",
        };
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => AttentionMapExporter.Export(TinyEncoder.Create(TinyEncoder.Architecture()), options, "never.onnx"));
        Assert.HasCount(5, error.Errors);
        Assert.Contains("Head must be null or lie from 0 to 2", error.Message);
    }

    // The gradient of the class's score with respect to every number that the last block's first normalisation puts out, one at a time.
    private static float[] MapByDifferences(ReferenceEncoder reference, float[] image, GradCamOptions options, VisionTransformerOptions architecture)
    {
        const double Step = 1e-5;
        var (tokens, normalized) = reference.BeforeLastBlock(image);
        double[] scores = Scores(reference, reference.LastBlock(tokens, normalized), options);
        int target = options.Class ?? Array.IndexOf(scores, scores.Max());
        float[] gradients = new float[normalized.Length * architecture.Width];
        for (int place = 0; place < gradients.Length; place++)
        {
            var (token, feature) = Math.DivRem(place, architecture.Width);
            double value = normalized[token][feature];
            normalized[token][feature] = value + Step;
            double above = Scores(reference, reference.LastBlock(tokens, normalized), options)[target];
            normalized[token][feature] = value - Step;
            double below = Scores(reference, reference.LastBlock(tokens, normalized), options)[target];
            normalized[token][feature] = value;
            gradients[place] = (float)((above - below) / (2 * Step));
        }

        return GradCam.OfTokens([.. normalized.SelectMany(token => token.Select(value => (float)value))], gradients, architecture.Width, architecture.Grid).Map.Values;
    }

    private static double[] Scores(ReferenceEncoder reference, double[][] output, GradCamOptions options)
    {
        var probe = options.Probe;
        static double[] Mean(double[][] tokens) => [.. tokens[0].Select((_, k) => tokens.Skip(1).Average(token => token[k]))];
        double[] feature = options.PoolingNorm is { } norm ? reference.Normalize(norm, Mean(output))
            : options.UsesMeanToken ? Mean(Array.ConvertAll(output, reference.FinalNorm))
            : reference.FinalNorm(output[0]);
        return [.. Enumerable.Range(0, probe.Classes).Select(row => probe.Bias[row]
            + feature.Select((value, k) => probe.Weight[row * feature.Length + k] * (value - probe.RunningMean[k]) / Math.Sqrt(probe.RunningVariance[k] + probe.Epsilon)).Sum())];
    }

    private static LinearProbeWeights Probe(int width, int classes)
    {
        var random = new RandomStream(9, RandomPurpose.Initialization, 0, 0);
        float[] Normal(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
        return new LinearProbeWeights(Normal(width), [.. Normal(width).Select(value => 0.5f + value * value)], 1e-6, Normal(width * classes), Normal(classes));
    }

    private static IEnumerable<float[]> Images(float[] pixels) => pixels.Chunk(pixels.Length / Count);

    private static float[] Score(EncoderWeights encoder, AttentionMapExportOptions options, float[] pixels, string output)
    {
        using var folder = new TemporaryFolder();
        AttentionMapExporter.Export(encoder, options, folder["map.onnx"]);
        using var scorer = new OnnxScorer(folder["map.onnx"]);
        return scorer.Score(pixels, Count, output);
    }
}
