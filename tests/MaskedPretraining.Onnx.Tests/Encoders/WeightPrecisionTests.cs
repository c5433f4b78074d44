using System.Runtime.InteropServices;
using Google.Protobuf;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Encoders;

[TestClass]
public sealed class WeightPrecisionTests : IDisposable
{
    private const int Count = 3;
    private static readonly EncoderWeights Encoder = TinyEncoder.Create(TinyEncoder.Architecture());
    private static readonly float[] Pixels = ExportCheck.RandomPixels(Encoder.Architecture, Count, seed: 9);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(WeightPrecision.Half, ExportCheck.HalfTolerance)]
    [DataRow(WeightPrecision.DynamicInt8, ExportCheck.Int8Tolerance)]
    public void Export_NarrowWeights_StaysWithinTheStatedToleranceOfTheNetwork(WeightPrecision weights, double tolerance)
    {
        string path = Export(weights);
        ExportCheck.Compare(path, Pixels, Count, Expected(tolerance));
        // It is not single precision under another name.
        Assert.ThrowsExactly<InvalidOperationException>(() => ExportCheck.Compare(path, Pixels, Count, Expected(ExportCheck.FeatureTolerance)));
    }

    [TestMethod]
    [DataRow(WeightPrecision.Half, ExportCheck.HalfTolerance)]
    [DataRow(WeightPrecision.DynamicInt8, ExportCheck.Int8Tolerance)]
    public void Export_NarrowWeightsClassTokenAlone_StaysWithinTheStatedToleranceOfTheNetwork(WeightPrecision weights, double tolerance)
    {
        // Queries of the last block have an input of their own then.
        var architecture = TinyEncoder.Architecture();
        (architecture.Position, architecture.LayerScale) = (PositionEmbedding.Relative, 0.5);
        var encoder = TinyEncoder.Create(architecture);
        string path = _folder["cls.onnx"];
        EncoderExporter.Export(encoder, new EncoderExportOptions { Weights = weights, Outputs = EncoderOutputs.Cls }, path);
        ExportCheck.Compare(path, Pixels, Count, Expected(tolerance, encoder)[..1]);
    }

    [TestMethod]
    [DataRow(WeightPrecision.Half, 0.5)]
    [DataRow(WeightPrecision.DynamicInt8, 0.25)]
    public void Export_NarrowWeights_TakeTheirShareOfTheBlocksBytes(WeightPrecision weights, double share)
    {
        long narrow = BlockBytes(Export(weights)), single = BlockBytes(Export(WeightPrecision.Full));
        // Scales and zero points come on top: five bytes an output feature, of 24 or 48 weights each here.
        Assert.AreEqual(share, (double)narrow / single, 0.06);
    }

    [TestMethod]
    public void Export_Int8SingleRow_GivesARowTheSameFeaturesWhateverIsBesideIt()
    {
        EncoderExporter.Export(Encoder, new EncoderExportOptions { Weights = WeightPrecision.DynamicInt8, SingleRow = true }, _folder["row.onnx"]);
        using var scorer = new OnnxScorer(_folder["row.onnx"]);
        int length = scorer.Input.RowLength, width = Encoder.Architecture.Width;
        float[] all = scorer.Score(Pixels, Count, "cls");
        Assert.AreSequenceEqual(scorer.Score(Pixels.AsMemory(length, length), 1, "cls"), all[width..(2 * width)]);
    }

    [TestMethod]
    public void Compare_WrongScaleOfOneLayer_IsNoticedInt8OrNot()
    {
        string path = Export(WeightPrecision.DynamicInt8);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        var scale = model.Graph.Initializer.Single(tensor => tensor.Name == "blocks.0.mlp.fc2.weight.scale");
        float[] halved = [.. Enumerable.Range(0, Encoder.Architecture.Width).Select(index => BitConverter.ToSingle(scale.RawData.Span[(4 * index)..]) / 2)];
        scale.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(halved.AsSpan()));
        ModelFile.Write(model, path);
        Assert.ThrowsExactly<InvalidOperationException>(() => ExportCheck.Compare(path, Pixels, Count, Expected(ExportCheck.Int8Tolerance)));
    }

    [TestMethod]
    public void Export_WeightBeyondHalf_SaysWhatToDo()
    {
        var weights = new StateDictionary();
        foreach (string name in Encoder.Weights.Names)
        {
            weights[name] = Encoder.Weights[name];
        }

        const string Layer = "blocks.1.attn.proj.weight";
        float[] large = weights[Layer].ToSingles();
        large[7] = 70000;
        weights[Layer] = new TensorData(TensorElementType.F32, weights[Layer].Shape, MemoryMarshal.AsBytes(large.AsSpan()).ToArray());
        var options = new EncoderExportOptions { Weights = WeightPrecision.Half };
        var exception = Assert.ThrowsExactly<NotSupportedException>(() => EncoderExporter.Export(Encoder with { Weights = weights }, options, _folder["large.onnx"]));
        Assert.Contains("blocks.1.attn.proj.weight holds 7E+04", exception.Message);
        Assert.Contains("single-precision", exception.Message);
        Assert.IsFalse(File.Exists(_folder["large.onnx"]));
    }

    [TestMethod]
    public void Export_UnknownPrecision_IsRefused()
    {
        var options = new EncoderExportOptions { Weights = (WeightPrecision)9 };
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => EncoderExporter.Export(Encoder, options, _folder["never.onnx"]));
        Assert.Contains("DynamicInt8", exception.Message);
    }

    private string Export(WeightPrecision weights)
    {
        string path = _folder[$"{weights}.onnx"];
        EncoderExporter.Export(Encoder, new EncoderExportOptions { Weights = weights, Outputs = EncoderOutputs.Cls | EncoderOutputs.Mean }, path);
        return path;
    }

    private static ExpectedOutput[] Expected(double tolerance, EncoderWeights? encoder = null)
    {
        encoder ??= Encoder;
        var reference = new ReferenceEncoder(encoder);
        int length = Pixels.Length / Count, width = encoder.Architecture.Width;
        double[][][] tokens = [.. Enumerable.Range(0, Count).Select(image => reference.Forward(Pixels.AsSpan(image * length, length)).Tokens)];
        return
        [
            new ExpectedOutput("cls", tokens.SelectMany(image => image[0]).Select(value => (float)value).ToArray(), tolerance),
            new ExpectedOutput("mean", tokens.SelectMany(image => Enumerable.Range(0, width).Select(feature => (float)image.Skip(1).Average(token => token[feature]))).ToArray(), tolerance),
        ];
    }

    // Biases are single in all of them.
    private static long BlockBytes(string path) => ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Initializer
        .Where(tensor => tensor.Name.StartsWith("blocks.", StringComparison.Ordinal) && tensor.Name.Contains(".weight", StringComparison.Ordinal) && tensor.Dims.Count == 2)
        .Sum(tensor => (long)tensor.RawData.Length);
}
