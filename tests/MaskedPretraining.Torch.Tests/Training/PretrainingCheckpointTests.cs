using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class PretrainingCheckpointTests
{
    private static readonly SyntheticImages Images = new(16, TinyRun.ImageSize);

    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("checkpoint-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Run_FolderOfAnotherArchitecture_NamesBoth()
    {
        var options = TinyRun.Options(1);
        new Pretrainer(Images, options).Run(_folder);
        options.Architecture.Depth = 3;
        var exception = Assert.ThrowsExactly<CheckpointFormatException>(() => new Pretrainer(Images, options).Run(_folder));
        StringAssert.Contains(exception.Message, "vit 32x2");
        StringAssert.Contains(exception.Message, "vit 32x3");
    }

    [TestMethod]
    public void Run_FolderOfOtherOptions_NamesEachWithBothValues()
    {
        var options = TinyRun.Options(1);
        new Pretrainer(Images, options).Run(_folder);
        options.Seed = 9;
        options.Optimization.WeightDecay = 0.5;
        options.Masking = new RandomMasking(0.5);
        var exception = Assert.ThrowsExactly<CheckpointMismatchException>(() => new Pretrainer(Images, options).Run(_folder));
        StringAssert.Contains(exception.Message, "Seed was 3 and is 9.");
        StringAssert.Contains(exception.Message, "WeightDecay was 0.05 and is 0.5.");
        StringAssert.Contains(exception.Message, "Masking was RandomMasking ratio 0.75, 12/0/4 to 12/0/4 and is RandomMasking ratio 0.5, 8/0/8 to 8/0/8.");
        Assert.DoesNotContain("BatchSize", exception.Message);

        options.Masking = new AttentionDrivenMasking(new AttentionDrivenMaskingOptions { ThrowRatio = 0.3, StartEpoch = 0 });
        exception = Assert.ThrowsExactly<CheckpointMismatchException>(() => new Pretrainer(Images, options).Run(_folder));
        StringAssert.Contains(exception.Message, "is AttentionDrivenMasking mask 0.45 throw 0.3 Middle unit 1 floor 1E-06 random 0.75 start 0 refresh -1 crop PixelSum, 7/5/4 to 7/5/4.");
    }

    // One of the two is not what a trial would choose here.
    [TestMethod]
    [DataRow(ComputePrecision.Float32)]
    [DataRow(ComputePrecision.BFloat16)]
    public void Run_AutoPrecisionOverAFolder_ContinuesWithWhatTheRunComputesIn(ComputePrecision started)
    {
        var options = TinyRun.Options(2);
        options.Precision = started;
        using var source = new CancellationTokenSource();
        source.Cancel();
        new Pretrainer(Images, options).Run(_folder, cancellationToken: source.Token);
        options.Precision = ComputePrecision.Auto;
        Assert.HasCount(2, new Pretrainer(Images, options).Run(_folder).Metrics);
        using var reader = new SafetensorsReader(new RunFolder(_folder).CheckpointPath);
        Assert.AreEqual(started.ToString(), reader.Metadata["option.Precision"]);
    }

    [TestMethod]
    [DataRow("epoch", "one")]
    [DataRow("step", "99999999999999999999")]
    [DataRow("loss_sum", "")]
    public void Run_DamagedAttribute_NamesFileAttributeAndValue(string name, string value)
    {
        var options = TinyRun.Options(1);
        options.Precision = ComputePrecision.Float32;
        new Pretrainer(Images, options).Run(_folder);
        string path = new RunFolder(_folder).CheckpointPath;
        var state = SafetensorsFile.Read(path);
        state.Metadata[name] = value;
        SafetensorsFile.Write(path, state);
        var exception = Assert.ThrowsExactly<CheckpointFormatException>(() => new Pretrainer(Images, options).Run(_folder));
        foreach (string part in new[] { path, $"'{name}'", $"'{value}'", "another folder" })
        {
            Assert.Contains(part, exception.Message);
        }
    }

    [TestMethod]
    public void Run_Diverged_NamesTheLastGoodCheckpoint()
    {
        var options = TinyRun.Options(20);
        // The first epochs barely learn, then the rate explodes.
        options.Optimization.LearningRatePer256 = 1e30;
        options.Optimization.WarmupEpochs = 0;
        options.Optimization.MinLearningRatePer256 = 0;
        using var source = new CancellationTokenSource();
        source.Cancel();
        new Pretrainer(Images, options).Run(_folder, cancellationToken: source.Token);
        var exception = Assert.ThrowsExactly<TrainingDivergedException>(() => new Pretrainer(Images, options).Run(_folder));
        Assert.AreEqual(new RunFolder(_folder).CheckpointPath, exception.Checkpoint);
        StringAssert.Contains(exception.Message, exception.Checkpoint!);
    }

    [TestMethod]
    public void Run_WithFolder_LeavesWeightsUnderMaeNamesAndALog()
    {
        var result = new Pretrainer(Images, TinyRun.Options(3)).Run(_folder);
        var folder = new RunFolder(_folder);
        var state = SafetensorsFile.Read(folder.CheckpointPath);
        CollectionAssert.AreEqual(result.Autoencoder["blocks.0.attn.qkv.weight"].Bytes, state["blocks.0.attn.qkv.weight"].Bytes);
        var log = MetricsLog.Read(folder.MetricsPath);
        CollectionAssert.AreEqual(TinyRun.Losses(result), log.Select(entry => entry.Values["loss"]).ToArray());
        CollectionAssert.AreEqual(new long[] { 2, 4, 6 }, log.Select(entry => entry.Step).ToArray());
        Assert.IsTrue(File.Exists(folder.OptionsPath));
    }
}
