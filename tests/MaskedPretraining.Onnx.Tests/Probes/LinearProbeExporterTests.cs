using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Probes;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Probes;

[TestClass]
public sealed class LinearProbeExporterTests
{
    private const int Width = 6;
    private const int Classes = 4;
    private const int Count = 5;

    [TestMethod]
    public void Export_Batched_EqualsReference()
    {
        using var folder = new TemporaryFolder();
        var (probe, features) = (Probe(), Features());
        LinearProbeExporter.Export(probe, new ProbeExportOptions { OneHotName = "one_hot" }, folder["probe.onnx"]);
        using var scorer = new OnnxScorer(folder["probe.onnx"]);
        float[] scores = new float[Count * Classes];
        float[] oneHot = new float[Count * Classes];
        long[] predicted = new long[Count];
        scorer.Score(features, Count, [new OutputBuffer("Score", scores), new OutputBuffer("class", predicted), new OutputBuffer("one_hot", oneHot)]);
        double[][] expected = Reference(probe, features);
        Near.Assert([.. expected.SelectMany(row => row)], scores, Near.Single, "Score");
        long[] best = [.. expected.Select(row => (long)Array.IndexOf(row, row.Max()))];
        CollectionAssert.AreEqual(best, predicted);
        CollectionAssert.AreEqual(best.SelectMany(number => Enumerable.Range(0, Classes).Select(index => index == number ? 1f : 0f)).ToArray(), oneHot);
    }

    [TestMethod]
    public void Export_SingleRow_GivesTheSameWithoutFirstAxis()
    {
        using var folder = new TemporaryFolder();
        var (probe, features) = (Probe(), Features());
        LinearProbeExporter.Export(probe, new ProbeExportOptions { OneHotName = "one_hot", SingleRow = true }, folder["probe.onnx"]);
        using var scorer = new OnnxScorer(folder["probe.onnx"]);
        Assert.AreEqual("Features Single [1, 6]", scorer.Input.ToString());
        CollectionAssert.AreEqual(
            new[] { "Score Single [4]", "class Int64 [1]", "one_hot Single [4]" },
            scorer.Outputs.Select(output => output.ToString()).ToArray());
        float[] scores = scorer.Score(features.AsMemory(0, Width), 1, "Score");
        Near.Assert(Reference(probe, features)[0], scores, Near.Single, "Score");
    }

    [TestMethod]
    public void Export_FeatureWithTinyVariance_KeepsPrecision()
    {
        using var folder = new TemporaryFolder();
        var probe = Probe();
        // Mean 3000 times the deviation: folded into the bias, single precision would lose four digits.
        (probe.RunningMean[0], probe.RunningVariance[0]) = (3, 0);
        float[] features = Features();
        for (int row = 0; row < Count; row++)
        {
            features[row * Width] = 3 + row * 1e-4f;
        }

        LinearProbeExporter.Export(probe, new ProbeExportOptions(), folder["probe.onnx"]);
        using var scorer = new OnnxScorer(folder["probe.onnx"]);
        Near.Assert([.. Reference(probe, features).SelectMany(row => row)], scorer.Score(features, Count, "Score"), Near.Single, "Score");
    }

    [TestMethod]
    public void Export_ArraysThatDoNotFit_NamesTheNumbers()
    {
        var probe = Probe() with { RunningVariance = new float[3] };
        var exception = Assert.ThrowsExactly<ArgumentException>(() => LinearProbeExporter.Export(probe, new ProbeExportOptions(), "never.onnx"));
        Assert.Contains("24 weights, 4 biases, 6 means and 3 variances", exception.Message);
        Assert.IsFalse(File.Exists("never.onnx"));
    }

    [TestMethod]
    public void Export_BadNames_ListsAllErrors()
    {
        var options = new ProbeExportOptions { InputName = "", ScoreName = "a.output", ClassName = "x", OneHotName = "x", ClassNames = ["cat", "dog"] };
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => LinearProbeExporter.Export(Probe(), options, "never.onnx"));
        Assert.HasCount(4, exception.Errors);
    }

    private static LinearProbeWeights Probe() => new(
        Random(1, Width, 0.5),
        Array.ConvertAll(Random(2, Width, 1), value => value * value),
        1e-6,
        Random(3, Width * Classes, 1),
        Random(4, Classes, 1),
        ["cat", "dog", "owl", "fox"]);

    private static float[] Features() => Random(5, Count * Width, 1);

    private static float[] Random(long index, int count, double deviation)
    {
        var random = new RandomStream(1, RandomPurpose.Initialization, 0, index);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(deviation * random.NextGaussian()))];
    }

    private static double[][] Reference(LinearProbeWeights probe, float[] features)
    {
        var result = new double[Count][];
        for (int row = 0; row < Count; row++)
        {
            double[] logits = new double[Classes];
            for (int label = 0; label < Classes; label++)
            {
                logits[label] = probe.Bias[label];
                for (int index = 0; index < Width; index++)
                {
                    double centred = (double)features[row * Width + index] - probe.RunningMean[index];
                    logits[label] += probe.Weight[label * Width + index] * centred / Math.Sqrt(probe.RunningVariance[index] + probe.Epsilon);
                }
            }

            double[] exponentials = Array.ConvertAll(logits, logit => Math.Exp(logit - logits.Max()));
            result[row] = Array.ConvertAll(exponentials, value => value / exponentials.Sum());
        }

        return result;
    }
}
