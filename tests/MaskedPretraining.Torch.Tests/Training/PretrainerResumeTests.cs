using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class PretrainerResumeTests
{
    private const int Epochs = 6;
    private const int Images = 32;
    private const int StepsPerEpoch = 4;

    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("pretrainer-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Run_SameSeedTwice_IsEqualBitForBit()
    {
        var first = Trainer().Run();
        var second = Trainer().Run();
        CollectionAssert.AreEqual(TinyRun.Losses(first), TinyRun.Losses(second));
        CollectionAssert.AreEqual(TinyRun.Bytes(first), TinyRun.Bytes(second));
    }

    [TestMethod]
    public void Run_WithoutKernels_IsContinuedBitForBitToo()
    {
        var options = TinyRun.WithoutKernels(TinyRun.GuidedOptions(Epochs));
        var images = new SyntheticImages(Images, TinyRun.ImageSize);
        var whole = new Pretrainer(images, options).Run();
        using var source = new CancellationTokenSource();
        new Pretrainer(images, options).Run(_folder, new SynchronousProgress(metrics => CancelAt(metrics, (StepsPerEpoch * 3) + 1, source)), source.Token);
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(new Pretrainer(images, options).Run(_folder)));
    }

    [TestMethod]
    public void Run_MoreLoaderThreads_IsEqualBitForBit()
    {
        var options = TinyRun.GuidedOptions(Epochs);
        options.LoaderThreads = 3;
        var parallel = new Pretrainer(new SyntheticImages(Images, TinyRun.ImageSize), options).Run();
        CollectionAssert.AreEqual(TinyRun.Bytes(Trainer().Run()), TinyRun.Bytes(parallel));
    }

    [TestMethod]
    public void Run_KernelsCancelledAndContinued_EqualsUninterruptedRunBitForBit()
    {
        var options = TinyRun.GuidedKernelOptions(Epochs);
        Assert.IsTrue(PartialStep.Suits(options));
        var whole = Trainer(options).Run();
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(Trainer(options).Run()), "again");
        RunUntil((StepsPerEpoch * 3) + 3, options);
        var continued = Trainer(options).Run(_folder);
        CollectionAssert.AreEqual(TinyRun.Losses(whole), TinyRun.Losses(continued));
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(continued));
    }

    [TestMethod]
    public void Run_OtherSeed_IsAnotherRun()
    {
        var options = TinyRun.GuidedOptions(Epochs);
        options.Seed++;
        var other = new Pretrainer(new SyntheticImages(Images, TinyRun.ImageSize), options).Run();
        CollectionAssert.AreNotEqual(TinyRun.Losses(Trainer().Run()), TinyRun.Losses(other));
    }

    [TestMethod]
    [DataRow(StepsPerEpoch * 1, DisplayName = "between random epochs")]
    [DataRow((StepsPerEpoch * 1) + 2, DisplayName = "in a random epoch")]
    [DataRow(StepsPerEpoch * 2, DisplayName = "when maps are made first")]
    [DataRow((StepsPerEpoch * 2) + 1, DisplayName = "in the first guided epoch")]
    [DataRow(StepsPerEpoch * 3, DisplayName = "between guided epochs with the same maps")]
    [DataRow((StepsPerEpoch * 3) + 3, DisplayName = "in a guided epoch with older maps")]
    [DataRow(StepsPerEpoch * 4, DisplayName = "when maps are made again")]
    public void Run_CancelledAndContinued_EqualsUninterruptedRunBitForBit(int stopAfter)
    {
        var whole = Trainer().Run();
        var part = RunUntil(stopAfter);
        Assert.IsTrue(part.WasCancelled);
        Assert.HasCount(stopAfter / StepsPerEpoch, part.Metrics);
        CollectionAssert.AreNotEqual(TinyRun.Bytes(whole), TinyRun.Bytes(part));
        var continued = Trainer().Run(_folder);
        Assert.IsFalse(continued.WasCancelled);
        CollectionAssert.AreEqual(TinyRun.Losses(whole), TinyRun.Losses(continued));
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(continued));
    }

    [TestMethod]
    public void Run_FinishedFolder_ReturnsTheSameWithoutTraining()
    {
        var whole = Trainer().Run(_folder);
        int reports = 0;
        var again = Trainer().Run(_folder, new SynchronousProgress(_ => reports++));
        Assert.AreEqual(0, reports);
        CollectionAssert.AreEqual(TinyRun.Losses(whole), TinyRun.Losses(again));
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(again));
    }

    [TestMethod]
    public void Run_BFloat16CancelledAndContinuedByAuto_KeepsPrecisionAndBits()
    {
        var options = TinyRun.GuidedOptions(Epochs);
        options.Precision = ComputePrecision.BFloat16;
        var images = new SyntheticImages(Images, TinyRun.ImageSize);
        var whole = new Pretrainer(images, options).Run();
        using var source = new CancellationTokenSource();
        new Pretrainer(images, options).Run(_folder, new SynchronousProgress(metrics => CancelAt(metrics, (StepsPerEpoch * 3) + 2, source)), source.Token);
        options.Precision = ComputePrecision.Auto;
        var continued = new Pretrainer(images, options).Run(_folder);
        CollectionAssert.AreEqual(TinyRun.Losses(whole), TinyRun.Losses(continued));
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(continued));
    }

    private static Pretrainer Trainer(PretrainerOptions? options = null) => new(new SyntheticImages(Images, TinyRun.ImageSize), options ?? TinyRun.GuidedOptions(Epochs));

    private PretrainingResult RunUntil(int step, PretrainerOptions? options = null)
    {
        using var source = new CancellationTokenSource();
        return Trainer(options).Run(_folder, new SynchronousProgress(metrics => CancelAt(metrics, step, source)), source.Token);
    }

    private static void CancelAt(PretrainingMetrics metrics, int step, CancellationTokenSource source)
    {
        // The report at the end of an epoch comes after its last step's, once the epoch is done.
        if (metrics.Step == step && (metrics.IsEpochEnd || step % StepsPerEpoch != 0))
        {
            source.Cancel();
        }
    }
}
