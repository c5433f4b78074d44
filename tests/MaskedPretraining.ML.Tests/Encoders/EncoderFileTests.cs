using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.ML.Encoders;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Torch.Training;
using Microsoft.ML;

namespace MaskedPretraining.ML.Tests.Encoders;

[TestClass]
public sealed class EncoderFileTests
{
    private const int Images = 3;
    private static readonly EncoderWeights Encoder = UntrainedEncoder.Create(Tiny.Mae(epochs: 1).Architecture);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(WeightPrecision.Full, false)]
    [DataRow(WeightPrecision.Half, false)]
    [DataRow(WeightPrecision.DynamicInt8, false)]
    [DataRow(WeightPrecision.DynamicInt8, true)]
    public void Write_AnyWeights_GivesNearlyTheNetworksFeatures(WeightPrecision weights, bool singleRow)
    {
        string path = NewPath();
        const EncoderOutputs Outputs = EncoderOutputs.Cls | EncoderOutputs.Mean | EncoderOutputs.ClsAndMean | EncoderOutputs.Patches | EncoderOutputs.Attention;
        EncoderFile.Write(new MLContext(), Encoder, new EncoderExportOptions { Outputs = Outputs, Weights = weights, SingleRow = singleRow, ClsName = "Features" }, path);
        using var scorer = new OnnxScorer(path);
        using var network = new EncoderRunner(Encoder);
        float[] pixels = ExportCheck.RandomPixels(Encoder.Architecture, Images, seed: 4);
        float[] expected = network.Run(pixels, Images).Cls, actual = scorer.Score(pixels, Images, "Features");
        double product = expected.Zip(actual, (one, other) => (double)one * other).Sum();
        double cosine = product / Math.Sqrt(expected.Sum(value => (double)value * value) * actual.Sum(value => (double)value * value));
        // Steps of 1/254 of the largest value in weights and tokens leave features within a few degrees.
        Assert.IsGreaterThan(0.99, cosine);
    }

    [TestMethod]
    public void Write_BadOptionsOrNoSuchFolder_LeavesWhatWasThere()
    {
        string path = NewPath();
        File.WriteAllText(path, "old");
        Assert.ThrowsExactly<InvalidOptionsException>(() => EncoderFile.Write(new MLContext(), Encoder, new EncoderExportOptions { Outputs = EncoderOutputs.None }, path));
        Assert.AreEqual("old", File.ReadAllText(path));
        var exception = Assert.Throws<IOException>(() => EncoderFile.Write(new MLContext(), Encoder, new EncoderExportOptions(), Path.Combine(path + ".none", "encoder.onnx")));
        Assert.Contains("encoder.onnx", exception.Message);
    }

    [TestMethod]
    [DataRow(WeightPrecision.Full, "does not compute what the network computes")]
    [DataRow(WeightPrecision.Half, "Export it with Full weights")]
    public void Write_ModelThatDiffers_SaysSoAndLeavesWhatWasThere(WeightPrecision weights, string said)
    {
        string path = NewPath();
        File.WriteAllText(path, "old");
        // No number equals NaN.
        var broken = Encoder with { Weights = new StateDictionary() };
        foreach (string name in Encoder.Weights.Names)
        {
            broken.Weights[name] = name == "norm.bias" ? TensorData.FromSingles([.. Enumerable.Repeat(float.NaN, Tiny.Width)], Tiny.Width) : Encoder.Weights[name];
        }

        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => EncoderFile.Write(new MLContext(), broken, new EncoderExportOptions { Weights = weights }, path));
        Assert.Contains(said, exception.Message);
        Assert.AreEqual("old", File.ReadAllText(path));
        Assert.IsFalse(File.Exists(path + ".partial"));
    }

    private string NewPath() => Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.onnx");
}
