using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class DeviceChoiceTests
{
    [TestMethod]
    public void Pretrainer_CudaAbsent_SaysWhatWasFoundAndWhatToDo()
    {
        RequireNoCuda();
        var options = TinyRun.Options(1);
        options.Device = ComputeDevice.Cuda;
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), options));
        Assert.HasCount(1, exception.Errors);
        foreach (string part in new[] { "Device must be Auto or Cpu", "FallbackToCpu", $"libtorch {__version__} is ", "TorchSharp-cuda-linux", "but is Cuda" })
        {
            Assert.Contains(part, exception.Message);
        }
    }

    [TestMethod]
    public void Pretrainer_CudaAbsentAndFallback_TrainsOnTheCpuAndSaysSo()
    {
        RequireNoCuda();
        var options = TinyRun.Options(1);
        var expected = TinyRun.Bytes(new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), options).Run());
        (options.Device, options.FallbackToCpu) = (ComputeDevice.Cuda, true);
        var pretrainer = new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), options);
        Assert.Contains("Device Cuda was asked for, but libtorch", pretrainer.DeviceWarning!);
        CollectionAssert.AreEqual(expected, TinyRun.Bytes(pretrainer.Run()));
    }

    [TestMethod]
    [DataRow(ComputeDevice.Auto)]
    [DataRow(ComputeDevice.Cpu)]
    public void Pretrainer_NoGpuAskedFor_WarnsOfNothing(ComputeDevice device)
    {
        var options = TinyRun.Options(1);
        (options.Device, options.FallbackToCpu) = (device, true);
        Assert.IsNull(new Pretrainer(new SyntheticImages(8, TinyRun.ImageSize), options).DeviceWarning);
    }

    [TestMethod]
    [DataRow("Could not run 'aten::empty.memory_format' with arguments from the 'CUDA' backend. This could be because", "is a build for the CPU only")]
    [DataRow("Torch device type CUDA did not initialise on the current machine.", "is a build for the CPU only")]
    [DataRow("Found no NVIDIA driver on your system. Please check\nmore", "is built with CUDA but finds no device (Found no NVIDIA driver on your system. Please check)")]
    [DataRow("No CUDA GPUs are available", "finds no device (No CUDA GPUs are available)")]
    [DataRow("CUDA error: no CUDA-capable device is detected", "finds no device")]
    public void Describe_WhatLibtorchSays_TellsABuildWithoutCudaFromAMachineWithoutDevice(string error, string expected)
    {
        string found = DeviceChoice.Describe("2.7.1", error);
        Assert.StartsWith("libtorch 2.7.1 ", found);
        Assert.Contains(expected, found);
    }

    private static void RequireNoCuda()
    {
        if (cuda.is_available())
        {
            Assert.Inconclusive("There is a CUDA device.");
        }
    }
}
