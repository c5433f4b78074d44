using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Scoring;
using MaskedPretraining.Onnx.Tests.Support;

namespace MaskedPretraining.Onnx.Tests.Scoring;

[TestClass]
public sealed class ExportCheckTests
{
    private const int Count = 2;
    private static readonly EncoderWeights Encoder = TinyEncoder.Create(TinyEncoder.Architecture());
    private static readonly float[] Pixels = ExportCheck.RandomPixels(Encoder.Architecture, Count, seed: 9);

    [TestMethod]
    public void Compare_SameNetwork_Passes()
    {
        using var folder = new TemporaryFolder();
        EncoderExporter.Export(Encoder, EncoderOutputs.Cls, folder["encoder.onnx"]);
        ExportCheck.Compare(folder["encoder.onnx"], Pixels, Count, [new ExpectedOutput("cls", Cls())]);
    }

    [TestMethod]
    public void Compare_AnotherEpsilon_IsNoticed()
    {
        using var folder = new TemporaryFolder();
        var architecture = Encoder.Architecture.Clone();
        // PyTorch's default epsilon is ten times MAE's; 1e-2 stands for it here, where tokens are a thousand times larger than in a trained network's dead features.
        architecture.LayerNormEpsilon = 1e-2;
        EncoderExporter.Export(Encoder with { Architecture = architecture }, EncoderOutputs.Cls, folder["encoder.onnx"]);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => ExportCheck.Compare(folder["encoder.onnx"], Pixels, Count, [new ExpectedOutput("cls", Cls())]));
        Assert.Contains("cls differs by", exception.Message);
    }

    [TestMethod]
    public void Compare_NaNOrWrongLength_IsNoticed()
    {
        using var folder = new TemporaryFolder();
        EncoderExporter.Export(Encoder, EncoderOutputs.Cls, folder["encoder.onnx"]);
        float[] poisoned = Cls();
        poisoned[3] = float.NaN;
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() =>
            ExportCheck.Compare(folder["encoder.onnx"], Pixels, Count, [new ExpectedOutput("cls", poisoned), new ExpectedOutput("cls", new float[7])]));
        Assert.Contains("differs by NaN", exception.Message);
        Assert.Contains("48 numbers instead of 7", exception.Message);
    }

    private static float[] Cls()
    {
        var reference = new ReferenceEncoder(Encoder);
        int length = Pixels.Length / Count;
        return [.. Enumerable.Range(0, Count).SelectMany(image => reference.Forward(Pixels.AsSpan(image * length, length)).Tokens[0]).Select(value => (float)value)];
    }
}
