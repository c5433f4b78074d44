using System.Runtime.InteropServices;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Runs;

[TestClass]
public sealed class TrainingStateTests
{
    private static readonly string Architecture = ArchitectureFingerprint.Of(VisionTransformerOptions.Tiny(32, 4), new MaeDecoderOptions { Width = 128, Depth = 4, Heads = 4 });

    public required TestContext TestContext { get; init; }

    private RunFolder Folder => new(Path.Combine(TestContext.TestTempDirectory!, "runs", "one"));

    [TestMethod]
    public void Of_EncoderWithDecoder_ReadsLikeThis() =>
        Assert.AreEqual("vit 192x12 heads 3 mlp 4 patch 4 image 32x32x3 sincos eps 1E-06 + decoder 128x4 heads 4", Architecture);

    [TestMethod]
    public void Of_AnySizeChanged_Differs()
    {
        Action<VisionTransformerOptions>[] changes =
        [
            options => options.Width = 96, options => options.Depth = 2, options => options.Heads = 6, options => options.MlpRatio = 2, options => options.PatchSize = 8,
            options => options.ImageHeight = 64, options => options.ImageWidth = 64, options => options.Channels = 1, options => options.Position = PositionEmbedding.Learned, options => options.LayerNormEpsilon = 1e-5,
        ];
        string[] fingerprints = Array.ConvertAll(changes, change =>
        {
            var options = VisionTransformerOptions.Tiny(32, 4);
            change(options);
            return ArchitectureFingerprint.Of(options);
        });
        Assert.AreEqual(changes.Length + 1, fingerprints.Append(ArchitectureFingerprint.Of(VisionTransformerOptions.Tiny(32, 4))).Distinct().Count());
    }

    [TestMethod]
    public void Write_TensorsAndAttributes_ComeBack()
    {
        var folder = Folder;
        Assert.IsFalse(folder.HasCheckpoint);
        Write(folder, [1, 2, 3], epoch: 7);
        Assert.IsTrue(folder.HasCheckpoint);
        using var reader = TrainingState.Open(folder.CheckpointPath, Architecture);
        CollectionAssert.AreEqual(new[] { 1f, 2, 3 }, reader.Read("parameters").ToSingles());
        Assert.AreEqual("7", reader.Metadata["epoch"]);
    }

    [TestMethod]
    public void Open_AnotherArchitecture_NamesBothAndCloses()
    {
        var folder = Folder;
        Write(folder, [1], epoch: 0);
        string other = ArchitectureFingerprint.Of(VisionTransformerOptions.Tiny(64, 4));
        var exception = Assert.ThrowsExactly<CheckpointFormatException>(() => TrainingState.Open(folder.CheckpointPath, other));
        Assert.Contains($"it belongs to '{Architecture}', but this run has '{other}'", exception.Message);
        Write(folder, [2], epoch: 1);
    }

    [TestMethod]
    public void Open_FileWithoutArchitecture_IsRefused()
    {
        var folder = Folder;
        SafetensorsFile.Write(folder.CheckpointPath, new StateDictionary());
        Assert.Contains("no training state", Assert.ThrowsExactly<CheckpointFormatException>(() => TrainingState.Open(folder.CheckpointPath, Architecture)).Message);
    }

    [TestMethod]
    public void Write_FailingHalfWay_KeepsTheLastState()
    {
        var folder = Folder;
        Write(folder, [1, 2], epoch: 3);
        var broken = new StreamedTensor("parameters", TensorElementType.F32, [2], _ => throw new IOException("No space left on device", 28));
        Assert.ThrowsExactly<IOException>(() => TrainingState.Write(folder.CheckpointPath, Architecture, [broken], new Dictionary<string, string>()));
        using var reader = TrainingState.Open(folder.CheckpointPath, Architecture);
        Assert.AreEqual("3", reader.Metadata["epoch"]);
    }

    [TestMethod]
    public void WriteOptions_Json_IsWritten()
    {
        var folder = Folder;
        folder.WriteOptions("""{"epochs":3}""");
        Assert.AreEqual("""{"epochs":3}""", File.ReadAllText(folder.OptionsPath));
    }

    [TestMethod]
    public void Constructor_PathIsAFile_NamesIt()
    {
        string path = Path.Combine(TestContext.TestTempDirectory!, "file");
        File.WriteAllText(path, "");
        Assert.Contains(path, Assert.ThrowsExactly<IOException>(() => new RunFolder(path)).Message);
    }

    private static void Write(RunFolder folder, float[] parameters, int epoch) =>
        TrainingState.Write(
            folder.CheckpointPath,
            Architecture,
            [new StreamedTensor("parameters", TensorElementType.F32, [parameters.Length], stream => stream.Write(MemoryMarshal.AsBytes(parameters.AsSpan())))],
            new Dictionary<string, string> { ["epoch"] = $"{epoch}" });
}
