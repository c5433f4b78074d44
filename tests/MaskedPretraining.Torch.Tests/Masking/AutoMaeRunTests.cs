using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Masking;

/// <summary>Whole runs with AutoMAE's learned masks.</summary>
[TestClass]
public sealed class AutoMaeRunTests
{
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("automae-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow(true, ComputePrecision.Float32, 2)]
    [DataRow(true, ComputePrecision.BFloat16, 5)]
    [DataRow(false, ComputePrecision.Float32, 4)]
    [DataRow(false, ComputePrecision.Float32, 6)]
    public void Run_CancelledAndContinued_EqualsUninterruptedRunBitForBit(bool kernels, ComputePrecision precision, int stopAfter)
    {
        var options = AutoMaeRuns.Options(kernels: kernels);
        options.Precision = precision;
        Assert.AreEqual(kernels, PartialStep.Suits(options));
        var whole = new Pretrainer(AutoMaeRuns.Source, options).Run();
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(new Pretrainer(AutoMaeRuns.Source, options).Run()), "again");
        using var source = new CancellationTokenSource();
        var part = new Pretrainer(AutoMaeRuns.Source, options).Run(_folder, new SynchronousProgress(metrics => CancelAt(metrics, stopAfter, source)), source.Token);
        Assert.IsTrue(part.WasCancelled);
        var continued = new Pretrainer(AutoMaeRuns.Source, options).Run(_folder);
        CollectionAssert.AreEqual(TinyRun.Losses(whole), TinyRun.Losses(continued));
        CollectionAssert.AreEqual(TinyRun.Bytes(whole), TinyRun.Bytes(continued));
        CollectionAssert.AreEqual(whole.Metrics.Select(metrics => metrics.LearnedMasking).ToArray(), continued.Metrics.Select(metrics => metrics.LearnedMasking).ToArray());
    }

    private static void CancelAt(PretrainingMetrics metrics, int step, CancellationTokenSource source)
    {
        // The report at the end of an epoch comes after its last step's, once the epoch is done.
        if (metrics.Step == step && (metrics.IsEpochEnd || step % AutoMaeRuns.StepsPerEpoch != 0))
        {
            source.Cancel();
        }
    }
}
