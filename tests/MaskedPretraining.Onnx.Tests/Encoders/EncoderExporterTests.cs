using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Encoders;

[TestClass]
public sealed class EncoderExporterTests
{
    private const EncoderOutputs All = EncoderOutputs.Cls | EncoderOutputs.Mean | EncoderOutputs.Patches | EncoderOutputs.Attention;

    [TestMethod]
    [DataRow(8, 12, 3, 2)]
    [DataRow(12, 8, 1, 1)]
    [DataRow(8, 8, 4, 3)]
    public void Export_AllOutputs_EqualsReference(int height, int width, int channels, int depth) =>
        CheckAgainstReference(TinyEncoder.Create(TinyEncoder.Architecture(height, width, channels, depth)), All);

    [TestMethod]
    [DataRow(EncoderOutputs.Cls)]
    [DataRow(EncoderOutputs.Attention)]
    [DataRow(EncoderOutputs.Mean)]
    [DataRow(EncoderOutputs.Cls | EncoderOutputs.Attention)]
    [DataRow(EncoderOutputs.Patches | EncoderOutputs.Attention)]
    public void Export_FewerOutputs_EqualsReference(EncoderOutputs outputs) =>
        CheckAgainstReference(TinyEncoder.Create(TinyEncoder.Architecture()), outputs);

    [TestMethod]
    public void Export_MeanThenMinMax_EqualsReference() =>
        CheckAgainstReference(TinyEncoder.Create(TinyEncoder.Architecture()), EncoderOutputs.Attention, HeadNormalization.MeanThenMinMax);

    private static void CheckAgainstReference(EncoderWeights encoder, EncoderOutputs outputs, HeadNormalization normalization = HeadNormalization.PerHeadThenMean)
    {
        using var folder = new TemporaryFolder();
        EncoderExporter.Export(encoder, new EncoderExportOptions { Outputs = outputs, HeadNormalization = normalization }, folder["encoder.onnx"]);
        using var scorer = new OnnxScorer(folder["encoder.onnx"]);
        const int Count = 3;
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, Count, seed: 5);
        var reference = new ReferenceEncoder(encoder);
        var results = Enumerable.Range(0, Count).Select(image => reference.Forward(pixels.AsSpan(image * scorer.Input.RowLength, scorer.Input.RowLength))).ToArray();
        var expected = new Dictionary<EncoderOutputs, (string Name, double[] Values, double Tolerance)>
        {
            [EncoderOutputs.Cls] = ("cls", [.. results.SelectMany(result => result.Tokens[0])], Near.Single),
            [EncoderOutputs.Mean] = ("mean", [.. results.SelectMany(result => result.Tokens[0].Select((_, feature) => result.Tokens.Skip(1).Average(token => token[feature])))], Near.Single),
            [EncoderOutputs.Patches] = ("patches", [.. results.SelectMany(result => result.Tokens.Skip(1).SelectMany(token => token))], Near.Single),
            [EncoderOutputs.Attention] = ("attention", [.. results.SelectMany(result => reference.Map(result.Attention, normalization))], Near.Map),
        };
        var asked = expected.Where(entry => outputs.HasFlag(entry.Key)).ToArray();
        CollectionAssert.AreEquivalent(asked.Select(entry => entry.Value.Name).ToArray(), scorer.Outputs.Select(output => output.Name).ToArray());
        foreach (var (name, values, tolerance) in asked.Select(entry => entry.Value))
        {
            Near.Assert(values, scorer.Score(pixels, Count, name), tolerance, name);
        }
    }
}
