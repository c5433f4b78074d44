using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Runtime;
using TorchSharp;

namespace MaskedPretraining.Torch.Tests.Runtime;

[TestClass]
public sealed class TorchRuntimeTests
{
    [TestMethod]
    public void Description_FirstUse_NamesThreadsAndLibtorch()
    {
        string description = TorchRuntime.Description;
        StringAssert.Contains(description, $"libtorch {torch.__version__}");
        StringAssert.Contains(description, $"{torch.get_num_threads()} threads");
        Assert.DoesNotContain('\n', description);
    }

    [TestMethod]
    public void Start_AfterTheFirstUse_SaysWhatToDo()
    {
        _ = TorchRuntime.Description;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => TorchRuntime.Start(new TorchRuntimeOptions()));
        StringAssert.Contains(error.Message, "before anything");
    }

    [TestMethod]
    public void Start_NegativeThreads_NamesOptionValueAndRange()
    {
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => TorchRuntime.Start(new TorchRuntimeOptions { Threads = -2 }));
        StringAssert.Contains(error.Message, "Threads");
        StringAssert.Contains(error.Message, "-2");
        StringAssert.Contains(error.Message, "1024");
    }

    [TestMethod]
    public void Count_PhysicalCores_LiesBetweenOneAndProcessors()
    {
        int count = PhysicalCores.Count();
        Assert.IsInRange(1, Environment.ProcessorCount, count);
    }

    [TestMethod]
    public void BFloat16Error_OfTheTrialsProduct_IsThatOfEightBits()
    {
        // Rounding changes both factors by up to 1/512, by about a third of it on average; the trial refuses 2 %.
        const double Least = 5e-4, Most = 5e-3;
        TorchRuntime.EnsureStarted();
        double error = PrecisionTrial.BFloat16Error(torch.CPU);
        Assert.IsTrue(error is > Least and < Most, $"{error}");
    }

    [TestMethod]
    public void Resolve_EachPrecision_GivesAnElementTypeAndAutoStaysWithItsChoice()
    {
        TorchRuntime.EnsureStarted();
        Assert.AreEqual(torch.ScalarType.Float32, PrecisionTrial.Resolve(ComputePrecision.Float32, torch.CPU));
        Assert.AreEqual(torch.ScalarType.BFloat16, PrecisionTrial.Resolve(ComputePrecision.BFloat16, torch.CPU));
        var chosen = PrecisionTrial.Resolve(ComputePrecision.Auto, torch.CPU);
        Assert.AreEqual(chosen, PrecisionTrial.Resolve(ComputePrecision.Auto, torch.CPU));
        Console.WriteLine($"Auto is {chosen} here");
    }
}
