using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Torch.FineTuning;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Tests.FineTuning;

[TestClass]
public sealed class FineTunerResumeTests
{
    private const int Epochs = 4;
    private const int StepsPerEpoch = 2;

    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("finetune-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(true, 1, DisplayName = "kernels, in an epoch")]
    [DataRow(true, 4, DisplayName = "kernels, between epochs")]
    [DataRow(false, 5, DisplayName = "autograd, in an epoch")]
    public void Run_CancelledAndContinued_EqualsUninterruptedRunBitForBit(bool suitsKernels, int stopAfter)
    {
        var whole = Tuner(suitsKernels).Run();
        using var source = new CancellationTokenSource();
        var part = Tuner(suitsKernels).Run(_folder, new RecordedProgress(metrics => CancelAt(metrics, stopAfter, source)), source.Token);
        Assert.IsTrue(part.WasCancelled);
        Assert.HasCount(stopAfter / StepsPerEpoch, part.Metrics);
        var continued = Tuner(suitsKernels).Run(_folder);
        Assert.IsFalse(continued.WasCancelled);
        CollectionAssert.AreEqual(TinyFineTuning.Losses(whole), TinyFineTuning.Losses(continued));
        Assert.AreEqual(whole.BestEpoch, continued.BestEpoch);
        Assert.AreEqual(whole.Metrics[^1].ValidationLoss, continued.Metrics[^1].ValidationLoss);
        CollectionAssert.AreEqual(TinyFineTuning.Bytes(whole.Classifier), TinyFineTuning.Bytes(continued.Classifier));
    }

    [TestMethod]
    public void Run_BFloat16Continued_KeepsPrecisionAndBits()
    {
        var options = Options();
        options.Precision = ComputePrecision.BFloat16;
        var whole = Tuner(options: options).Run();
        using var source = new CancellationTokenSource();
        Tuner(options: options).Run(_folder, new RecordedProgress(metrics => CancelAt(metrics, 3, source)), source.Token);
        options.Precision = ComputePrecision.Auto;
        var continued = Tuner(options: options).Run(_folder);
        CollectionAssert.AreEqual(TinyFineTuning.Losses(whole), TinyFineTuning.Losses(continued));
        CollectionAssert.AreEqual(TinyFineTuning.Bytes(whole.Classifier), TinyFineTuning.Bytes(continued.Classifier));
    }

    [TestMethod]
    public void Run_FinishedFolder_ReturnsTheSameWithoutTraining()
    {
        var whole = Tuner().Run(_folder);
        int reports = 0;
        var again = Tuner().Run(_folder, new RecordedProgress(_ => reports++));
        Assert.AreEqual(0, reports);
        CollectionAssert.AreEqual(TinyFineTuning.Bytes(whole.Classifier), TinyFineTuning.Bytes(again.Classifier));
        Assert.AreEqual(whole.Metrics[^1], again.Metrics[^1]);
    }

    [TestMethod]
    public void Run_FolderOfOtherOptions_NamesThem()
    {
        Tuner().Run(_folder);
        var options = Options();
        options.LayerDecay = 0.5;
        options.Augmentation.Crop!.MinScale = 0.4;
        var exception = Assert.ThrowsExactly<CheckpointMismatchException>(() => Tuner(options: options).Run(_folder));
        Assert.Contains("LayerDecay was 0.65 and is 0.5", exception.Message);
        Assert.Contains("Augmentation", exception.Message);
    }

    [TestMethod]
    public void Run_MoreLoaderThreads_IsEqualBitForBit()
    {
        var options = Options();
        options.LoaderThreads = 3;
        CollectionAssert.AreEqual(TinyFineTuning.Bytes(Tuner().Run().Classifier), TinyFineTuning.Bytes(Tuner(options: options).Run().Classifier));
    }

    // Every draw there is.
    private static FineTuningOptions Options()
    {
        var options = TinyFineTuning.Options(Epochs);
        (options.Augmentation, options.DropPath, options.LabelSmoothing) = (AugmentationOptions.FineTune(), 0.2, 0.1);
        options.Augmentation.Erasing!.Probability = 0.5;
        return options;
    }

    private static FineTuner Tuner(bool suitsKernels = true, FineTuningOptions? options = null) =>
        new(TinyFineTuning.Encoder(TinyFineTuning.Architecture(suitsKernels)), TinyFineTuning.Images(), options ?? Options(), TinyFineTuning.Images(12, seed: 9));

    private static void CancelAt(FineTuningMetrics metrics, int step, CancellationTokenSource source)
    {
        // The report at the end of an epoch comes after its last step's, once the epoch is done.
        if (metrics.Step == step && (metrics.IsEpochEnd || step % StepsPerEpoch != 0))
        {
            source.Cancel();
        }
    }
}
