using System.Globalization;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class OutOfDeviceMemoryTests
{
    private const string Newer = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 7.50 GiB of which 1.02 GiB is free.";
    private const string Older = "CUDA out of memory. Tried to allocate 20.00 MiB (GPU 0; 7680.00 MiB total capacity; 6.1 GiB already allocated)";

    [TestMethod]
    [DataRow(Newer)]
    [DataRow(Older)]
    public void Of_MessageWithACapacity_NamesWhatFitsByTheEstimate(string message)
    {
        Assert.IsTrue(OutOfDeviceMemoryException.IsMeantBy(message));
        var options = OptionsOf(batch: 1024);
        var exception = OutOfDeviceMemoryException.Of(PretrainingEstimate.OnDevice(options), null, new InvalidOperationException(message));
        long capacity = 15L << 29;
        Assert.AreEqual(capacity, exception.CapacityBytes);
        Assert.AreEqual(Estimate(options, 1024), exception.NeededBytes);
        int fits = exception.ImagesThatFit!.Value;
        Assert.IsLessThanOrEqualTo(capacity, Estimate(options, fits));
        Assert.IsGreaterThan(capacity, Estimate(options, fits + 1));
        foreach (string part in new[] { "7.5 GiB", "1024 images at a time", "MicroBatchSize to " + fits.ToString(CultureInfo.InvariantCulture), "BatchSize" })
        {
            Assert.Contains(part, exception.Message);
        }

        Assert.DoesNotContain("checkpoint", exception.Message);
    }

    [TestMethod]
    public void Of_EstimateSaysThatMoreWouldFit_HalvesWhatDidNot()
    {
        var options = OptionsOf(batch: 1024);
        options.MicroBatchSize = 64;
        var exception = OutOfDeviceMemoryException.Of(PretrainingEstimate.OnDevice(options), null, new InvalidOperationException(Newer));
        Assert.AreEqual(32, exception.ImagesThatFit);
    }

    [TestMethod]
    public void Of_RunWithACheckpoint_SaysThatItIsWhole()
    {
        var directory = Directory.CreateTempSubdirectory("memory-");
        try
        {
            var folder = new RunFolder(directory.FullName);
            Assert.DoesNotContain("checkpoint", MessageOf(directory.FullName));
            File.WriteAllText(folder.CheckpointPath, "");
            Assert.Contains($"{folder.CheckpointPath}, is whole", MessageOf(directory.FullName));
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        static string MessageOf(string folder) => OutOfDeviceMemoryException.Of(new DeviceStepMemory(64, 1, 1), folder, new InvalidOperationException(Newer)).Message;
    }

    [TestMethod]
    public void Of_MessageWithoutCapacity_HalvesWhatDidNotFit()
    {
        var exception = OutOfDeviceMemoryException.Of(PretrainingEstimate.OnDevice(OptionsOf(batch: 96)), null, new InvalidOperationException("CUDA error: out of memory"));
        Assert.IsNull(exception.CapacityBytes);
        Assert.AreEqual(48, exception.ImagesThatFit);
    }

    [TestMethod]
    public void Of_WeightsAloneDoNotFit_SaysWhatElseToDo()
    {
        var exception = OutOfDeviceMemoryException.Of(PretrainingEstimate.OnDevice(OptionsOf(batch: 96)), null, new InvalidOperationException("CUDA out of memory. GPU 0 has a total capacity of 1.00 GiB of which 0 bytes is free."));
        Assert.IsNull(exception.ImagesThatFit);
        Assert.Contains("Not even one image", exception.Message);
    }

    [TestMethod]
    public void Of_LossOverPairsOfImages_AdvisesASmallerBatch()
    {
        var options = OptionsOf(batch: 1024);
        options.UniformityWeight = 0.01;
        string message = OutOfDeviceMemoryException.Of(PretrainingEstimate.OnDevice(options), null, new InvalidOperationException(Newer)).Message;
        Assert.Contains("a BatchSize of ", message);
        Assert.DoesNotContain("set MicroBatchSize", message);
    }

    [TestMethod]
    [DataRow("CUDA error: out of memory", true)]
    [DataRow("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", true)]
    [DataRow("CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`", false)]
    [DataRow("The size of tensor a (3) must match the size of tensor b (2)", false)]
    public void IsMeantBy_Message_IsWhetherMemoryIsMissing(string message, bool expected) => Assert.AreEqual(expected, OutOfDeviceMemoryException.IsMeantBy(message));

    private static long Estimate(PretrainerOptions options, int images)
    {
        var wanted = options.Clone();
        (wanted.MicroBatchSize, wanted.Device) = (images, ComputeDevice.Cuda);
        return PretrainingEstimate.Of(wanted).Memory.Total;
    }

    private static PretrainerOptions OptionsOf(int batch) => new()
    {
        Architecture = VisionTransformerOptions.Base(),
        BatchSize = batch,
        Precision = ComputePrecision.BFloat16,
    };
}
