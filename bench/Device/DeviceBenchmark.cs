using System.Diagnostics;
using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Bench.Processes;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Device;

/// <summary>
/// The library's training step on a GPU beside the same network in PyTorch (<c>bench/pytorch/mae.py</c>), eager and compiled, each at its best batch size. Without a GPU a small network on the CPU, to try it out.
/// </summary>
internal static class DeviceBenchmark
{
    private const double LoaderSeconds = 5;

    // What a photo is stored as, from which 224 pixels are cropped.
    private const int StoredSide = 256;

    /// <param name="report">Where figures go.</param>
    /// <param name="sizes">Batch sizes; none takes some that suit.</param>
    public static void Run(BenchReport report, int[] sizes)
    {
        if (sizes.Any(size => size < 1))
        {
            throw new BenchException($"batch sizes are at least 1, not {string.Join(' ', sizes)}.");
        }

        bool isCuda = cuda.is_available();
        if (!isCuda)
        {
            BenchReport.Say($"libtorch sees no GPU: a small network is tried on the CPU instead.");
        }

        var arguments = isCuda ? StepArguments.OfCuda : StepArguments.OfCpu;
        int[] batches = sizes.Length > 0 ? [.. sizes.Order()] : isCuda ? [128, 256, 512, 1024] : [32, 128];
        report.Setting("device", isCuda ? NvidiaTool.Device() ?? "cuda" : "cpu");
        report.Setting("network", string.Join(' ', arguments.ToCommandLine(string.Join(',', batches))));
        var pytorch = PyTorchMae.Find();
        var eager = pytorch?.Run("PyTorch, eager", arguments, batches);
        var compiled = pytorch?.Run("PyTorch, compiled", arguments, batches, "--compile");
        var (program, before) = OtherProgram.Self();
        var library = SweptProgram.Run("library", program, batch => [.. before, DeviceStep.Name, .. arguments.ToCommandLine(batch)], batches)
            ?? throw new BenchException("The library's step did not run; the lines above say why.");
        Add(report, "pytorch eager", eager);
        Add(report, "pytorch compiled", compiled);
        Add(report, "library", library);
        report.Add("device optimizer share", 100 * library.OptimizerMilliseconds!.Value / library.StepMilliseconds!.Value, "% of a step");
        report.Add("device arithmetic", arguments.Shape.FlopsPerImage * library.ImagesPerSecond / 1e12, "TFLOP/s in matrix products");
        double loaded = LoadedPerSecond(arguments.Shape, (int)library.Batch);
        report.Add("device loader", loaded, "images/s");
        report.Ratio("device loader over step", loaded / library.ImagesPerSecond, "the images/s of the step");
        Compare(report, library, "pytorch eager", eager);
        Compare(report, library, "pytorch compiled", compiled);
    }

    private static void Add(BenchReport report, string name, BestBatch? found)
    {
        if (found is null)
        {
            return;
        }

        report.Add($"device {name}", found.ImagesPerSecond, "images/s");
        report.Add($"device {name} batch", found.Batch, "images");
        if (found.Mebibytes is { } memory)
        {
            report.Add($"device {name} memory", memory, "MiB");
        }
    }

    private static void Compare(BenchReport report, BestBatch library, string name, BestBatch? baseline)
    {
        if (baseline is not null)
        {
            report.Ratio($"device over {name}", library.ImagesPerSecond / baseline.ImagesPerSecond, name);
        }
    }

    // Crops of stored pixels on all cores: what has to keep up with the device.
    private static double LoadedPerSecond(BenchShape shape, int batch)
    {
        var options = EngineTimer.OptionsOf(shape with { Batch = batch }, Torch.Runtime.ComputePrecision.Float32);
        var images = new NoiseImages(1 << 20, Math.Max(StoredSide * shape.Side / 224, shape.Side), shape.Channels);
        var loader = new BatchLoader(images, options.Architecture, options.Masking, new BatchLoaderOptions { BatchSize = batch, Threads = Environment.ProcessorCount });
        long start = Stopwatch.GetTimestamp(), loaded = 0;
        foreach (var one in loader.Epoch(new TrainingProgress(0, 1)))
        {
            one.Dispose();
            loaded += batch;
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > LoaderSeconds)
            {
                break;
            }
        }

        return loaded / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
