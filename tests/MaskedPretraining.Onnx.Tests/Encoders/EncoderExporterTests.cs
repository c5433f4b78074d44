using System.Text.Json;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Graphs.Messages;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Encoders;

[TestClass]
public sealed class EncoderExporterTests
{
    private const EncoderOutputs All = EncoderOutputs.Cls | EncoderOutputs.Mean | EncoderOutputs.Patches | EncoderOutputs.Attention | EncoderOutputs.ClsAndMean;

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
    [DataRow(EncoderOutputs.ClsAndMean)]
    [DataRow(EncoderOutputs.Cls | EncoderOutputs.Attention)]
    [DataRow(EncoderOutputs.Patches | EncoderOutputs.Attention)]
    public void Export_FewerOutputs_EqualsReference(EncoderOutputs outputs) =>
        CheckAgainstReference(TinyEncoder.Create(TinyEncoder.Architecture()), outputs);

    [TestMethod]
    [DataRow(PositionEmbedding.Relative, true, All)]
    [DataRow(PositionEmbedding.Relative, false, EncoderOutputs.Cls | EncoderOutputs.Attention)]
    [DataRow(PositionEmbedding.Learned, false, All)]
    public void Export_LayerScaleAndRelativePositions_EqualsReference(PositionEmbedding position, bool scalesAttention, EncoderOutputs outputs)
    {
        var architecture = TinyEncoder.Architecture();
        (architecture.Position, architecture.LayerScale, architecture.LayerScaleOnAttention) = (position, 0.5, scalesAttention);
        CheckAgainstReference(TinyEncoder.Create(architecture), outputs);
    }

    [TestMethod]
    public void Export_MeanThenMinMax_EqualsReference() =>
        CheckAgainstReference(TinyEncoder.Create(TinyEncoder.Architecture()), EncoderOutputs.Attention, HeadNormalization.MeanThenMinMax);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    public void Export_AnyBatchSize_GivesTheSameRows(int batchSize)
    {
        using var folder = new TemporaryFolder();
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture());
        EncoderExporter.Export(encoder, All, folder["encoder.onnx"]);
        using var whole = new OnnxScorer(folder["encoder.onnx"], new OnnxScorerOptions { BatchSize = 100 });
        using var batched = new OnnxScorer(folder["encoder.onnx"], new OnnxScorerOptions { BatchSize = batchSize });
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, 8, seed: 6);
        foreach (var output in whole.Outputs)
        {
            double[] expected = Array.ConvertAll(whole.Score(pixels, 8, output.Name), value => (double)value);
            Near.Assert(expected, batched.Score(pixels, 8, output.Name), Near.Map, output.Name);
        }
    }

    [TestMethod]
    public void Export_OwnNames_AreTheModelsNamesAndShapes()
    {
        using var folder = new TemporaryFolder();
        var options = new EncoderExportOptions { Outputs = All, InputName = "Pixels", ClsName = "Features", MeanName = "Mean", PatchesName = "Tokens", AttentionName = "Map", ClsAndMeanName = "Both" };
        EncoderExporter.Export(TinyEncoder.Create(TinyEncoder.Architecture()), options, folder["encoder.onnx"]);
        using var scorer = new OnnxScorer(folder["encoder.onnx"]);
        Assert.AreEqual("Pixels Single [N, 3, 8, 12]", scorer.Input.ToString());
        CollectionAssert.AreEquivalent(
            new[] { "Features Single [N, 24]", "Mean Single [N, 24]", "Tokens Single [N, 6, 24]", "Map Single [N, 2, 3]", "Both Single [N, 48]" },
            scorer.Outputs.Select(output => output.ToString()).ToArray());
    }

    [TestMethod]
    public void Export_SingleRow_GivesTheSameWithoutFirstAxis()
    {
        using var folder = new TemporaryFolder();
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture());
        EncoderExporter.Export(encoder, new EncoderExportOptions { Outputs = All, SingleRow = true }, folder["single.onnx"]);
        EncoderExporter.Export(encoder, All, folder["batched.onnx"]);
        using var single = new OnnxScorer(folder["single.onnx"]);
        using var batched = new OnnxScorer(folder["batched.onnx"]);
        Assert.AreEqual("pixels Single [1, 3, 8, 12]", single.Input.ToString());
        CollectionAssert.AreEquivalent(
            new[] { "cls Single [24]", "mean Single [24]", "patches Single [6, 24]", "attention Single [2, 3]", "cls_mean Single [48]" },
            single.Outputs.Select(output => output.ToString()).ToArray());
        float[] pixels = ExportCheck.RandomPixels(encoder.Architecture, 3, seed: 6);
        foreach (var output in batched.Outputs)
        {
            double[] expected = Array.ConvertAll(batched.Score(pixels, 3, output.Name), value => (double)value);
            Near.Assert(expected, single.Score(pixels, 3, output.Name), Near.Map, output.Name);
        }
    }

    [TestMethod]
    public void Export_Model_SaysWhatItIs()
    {
        using var folder = new TemporaryFolder();
        EncoderExporter.Export(TinyEncoder.Create(TinyEncoder.Architecture(channels: 1)), EncoderOutputs.Cls, folder["encoder.onnx"]);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["encoder.onnx"]));
        Assert.AreEqual("MaskedPretraining.ML", model.ProducerName);
        var facts = model.MetadataProps.ToDictionary(entry => entry.Key, entry => entry.Value);
        Assert.AreEqual("Cls", facts["outputs"]);
        Assert.AreEqual(model.ProducerVersion, facts["version"]);
        using var architecture = JsonDocument.Parse(facts["architecture"]);
        Assert.AreEqual(12, architecture.RootElement.GetProperty("ImageWidth").GetInt32());
        Assert.AreEqual("Learned", architecture.RootElement.GetProperty("Position").GetString());
        Assert.AreEqual(0.4f, architecture.RootElement.GetProperty("PixelMean")[0].GetSingle());
    }

    [TestMethod]
    public void Export_OnlyClassToken_LeavesOutWhatNobodyReads()
    {
        using var folder = new TemporaryFolder();
        EncoderExporter.Export(TinyEncoder.Create(TinyEncoder.Architecture()), EncoderOutputs.Cls, folder["cls.onnx"]);
        EncoderExporter.Export(TinyEncoder.Create(TinyEncoder.Architecture()), EncoderOutputs.Attention, folder["map.onnx"]);
        Assert.DoesNotContain("norm.patches", NodeNames(folder["cls.onnx"]));
        string[] map = NodeNames(folder["map.onnx"]);
        Assert.DoesNotContain("blocks.1.attn.v", map);
        Assert.DoesNotContain("blocks.1.mlp.fc1", map);
        Assert.Contains("blocks.0.mlp.fc1", map);
    }

    [TestMethod]
    public void Export_WeightsOfAnotherArchitecture_ListsThem()
    {
        using var folder = new TemporaryFolder();
        var encoder = TinyEncoder.Create(TinyEncoder.Architecture(depth: 1));
        encoder.Architecture.Depth = 2;
        encoder.Architecture.ImageHeight = 12;
        var exception = Assert.ThrowsExactly<ArgumentException>(() => EncoderExporter.Export(encoder, EncoderOutputs.Cls, folder["encoder.onnx"]));
        Assert.Contains("pos_embed is F32 [1, 7, 24] instead of F32 [1, 10, 24]", exception.Message);
        Assert.Contains("blocks.1.norm1.weight [24] is missing", exception.Message);
        Assert.Contains("and 5 more", exception.Message);
        Assert.IsEmpty(folder.Files);
    }

    [TestMethod]
    public void Export_NoOutputsAndEqualNames_ListsAllErrors()
    {
        var options = new EncoderExportOptions { Outputs = EncoderOutputs.None, ClsName = "pixels", MeanName = "features.output" };
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => EncoderExporter.Export(TinyEncoder.Create(TinyEncoder.Architecture()), options, "never.onnx"));
        Assert.HasCount(3, exception.Errors);
    }

    [TestMethod]
    public void Export_NameOfAnInnerValue_IsRefusedAndOldFileStays()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["encoder.onnx"], "old");
        var options = new EncoderExportOptions { ClsName = "blocks.0.out" };
        var exception = Assert.ThrowsExactly<ArgumentException>(() => EncoderExporter.Export(TinyEncoder.Create(TinyEncoder.Architecture()), options, folder["encoder.onnx"]));
        Assert.Contains("'blocks.0.out'", exception.Message);
        Assert.AreEqual("old", File.ReadAllText(folder["encoder.onnx"]));
        Assert.HasCount(1, folder.Files.ToArray());
    }

    private static string[] NodeNames(string path) => [.. ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Node.Select(node => node.Name)];

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
        int width = encoder.Architecture.Width;
        expected[EncoderOutputs.ClsAndMean] = (
            "cls_mean", [.. Enumerable.Range(0, Count).SelectMany(image => new[] { EncoderOutputs.Cls, EncoderOutputs.Mean }.SelectMany(part => expected[part].Values.Skip(image * width).Take(width)))], Near.Single);
        var asked = expected.Where(entry => outputs.HasFlag(entry.Key)).ToArray();
        CollectionAssert.AreEquivalent(asked.Select(entry => entry.Value.Name).ToArray(), scorer.Outputs.Select(output => output.Name).ToArray());
        foreach (var (name, values, tolerance) in asked.Select(entry => entry.Value))
        {
            Near.Assert(values, scorer.Score(pixels, Count, name), tolerance, name);
        }
    }
}
