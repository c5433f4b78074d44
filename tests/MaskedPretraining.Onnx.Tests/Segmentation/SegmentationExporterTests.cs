using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Segmentation;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Segmentation;

[TestClass]
public sealed class SegmentationExporterTests
{
    private const int Images = 3;
    private const int Classes = 4;

    private static readonly SegmentationExportOptions All = new() { MaskName = "mask", ForegroundName = "foreground" };

    [TestMethod]
    public void Export_AllOutputs_EqualsReference()
    {
        using var folder = new TemporaryFolder();
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture());
        var (probe, grid) = (Probe(encoder.Architecture.Width), encoder.Architecture.Grid);
        SegmentationExporter.Export(encoder, probe, All, folder["model.onnx"]);
        using var scorer = new OnnxScorer(folder["model.onnx"]);
        CollectionAssert.AreEquivalent(
            new[] { "scores Single [N, 4, 2, 3]", "mask Single [N, 8, 12]", "foreground Single [N, 2, 3]" }, scorer.Outputs.Select(output => output.ToString()).ToArray());
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, Images, seed: 5);
        var reference = new ReferenceEncoder(encoder);
        var tokens = Enumerable.Range(0, Images).Select(image => reference.Forward(pixels.AsSpan(image * scorer.Input.RowLength, scorer.Input.RowLength)).Tokens[1..]).ToArray();
        double[] expected = [.. tokens.SelectMany(image => Enumerable.Range(0, Classes).SelectMany(number => image.Select(token => Score(probe, token, number))))];
        float[] scores = scorer.Score(pixels, Images, "scores");
        Near.Assert(expected, scores, Near.Single, "scores");

        double[] foreground = [.. tokens.SelectMany(image => image.Select(token => 1 - (Math.Exp(Score(probe, token, 0)) / Enumerable.Range(0, Classes).Sum(number => Math.Exp(Score(probe, token, number))))))];
        Near.Assert(foreground, scorer.Score(pixels, Images, "foreground"), Near.Map, "foreground");

        var masks = Enumerable.Range(0, Images).SelectMany(image => ScoreUpsampling.Classify(scores.AsSpan(image * Classes * grid.Count, Classes * grid.Count), Classes, grid, 8, 12).Classes);
        CollectionAssert.AreEqual(masks.Select(number => (float)number).ToArray(), scorer.Score(pixels, Images, "mask"));
    }

    [TestMethod]
    public void Export_SingleRow_GivesTheSameWithoutFirstAxis()
    {
        using var folder = new TemporaryFolder();
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture());
        var probe = Probe(encoder.Architecture.Width);
        SegmentationExporter.Export(encoder, probe, All, folder["batched.onnx"]);
        SegmentationExporter.Export(encoder, probe, new SegmentationExportOptions { MaskName = "mask", ForegroundName = "foreground", SingleRow = true }, folder["single.onnx"]);
        using var batched = new OnnxScorer(folder["batched.onnx"]);
        using var single = new OnnxScorer(folder["single.onnx"]);
        CollectionAssert.AreEquivalent(
            new[] { "scores Single [4, 2, 3]", "mask Single [8, 12]", "foreground Single [2, 3]" }, single.Outputs.Select(output => output.ToString()).ToArray());
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, Images, seed: 6);
        foreach (string output in new[] { "scores", "mask", "foreground" })
        {
            double[] expected = Array.ConvertAll(batched.Score(pixels, Images, output), value => (double)value);
            Near.Assert(expected, single.Score(pixels, Images, output), Near.Map, output);
        }
    }

    [TestMethod]
    public void Export_ProbeOfAnotherWidth_IsRefused()
    {
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture());
        var exception = Assert.ThrowsExactly<ArgumentException>(() => SegmentationExporter.Export(encoder, Probe(7), All, "never.onnx"));
        StringAssert.Contains(exception.Message, "7 features and 4 classes does not fit an encoder of width 24");
    }

    [TestMethod]
    public void Export_EqualNames_AreRefused()
    {
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture());
        var options = new SegmentationExportOptions { MaskName = "scores", ForegroundName = " " };
        Assert.HasCount(2, Assert.ThrowsExactly<InvalidOptionsException>(() => SegmentationExporter.Export(encoder, Probe(24), options, "never.onnx")).Errors);
    }

    private static double Score(LinearProbeWeights probe, double[] token, int number) => probe.Bias[number] + token.Select(
        (value, feature) => probe.Weight[(number * probe.Width) + feature] * (value - probe.RunningMean[feature]) / Math.Sqrt(probe.RunningVariance[feature] + probe.Epsilon)).Sum();

    private static LinearProbeWeights Probe(int width)
    {
        var random = new RandomStream(4, RandomPurpose.Scene, 0, width);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
        return new LinearProbeWeights(Draw(width), Array.ConvertAll(Draw(width), value => 0.5f + MathF.Abs(value)), 1e-6, Draw(width * Classes), Draw(Classes));
    }
}
