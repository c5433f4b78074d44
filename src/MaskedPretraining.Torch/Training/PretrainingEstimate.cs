using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Runtime;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>What a run is expected to cost, worked out from its options alone.</summary>
/// <param name="FirstEpoch">Arithmetic of an image in the first epoch.</param>
/// <param name="LastEpoch">Arithmetic of an image in the last epoch, which may be guided and throw patches.</param>
/// <param name="Run">Arithmetic of the whole run for each training image.</param>
/// <param name="Memory">Memory at the peak of a step of the dearer of the two epochs; <see cref="ComputePrecision.Auto"/> counts as single precision.</param>
public sealed record PretrainingEstimate(ForwardCost FirstEpoch, ForwardCost LastEpoch, RunCost Run, MemoryEstimate Memory)
{
    /// <summary>The estimate for options that have been validated. Starts the runtime, which says how many threads there are.</summary>
    /// <param name="options">The run, of at least one epoch.</param>
    public static PretrainingEstimate Of(PretrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var architecture = options.Architecture;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Epochs, 1);
        TorchRuntime.EnsureStarted();
        var cost = new PretrainingCost(architecture, options.Decoder, options.Target, options.Masking is HardPatchMasking);
        var counts = new[] { 0, options.Epochs - 1 }.Select(epoch => options.Masking.CountsAt(architecture.Grid, new TrainingProgress(epoch, options.Epochs))).ToList();
        var costs = counts.ConvertAll(cost.Implementation);
        return new PretrainingEstimate(costs[0], costs[1], cost.ImplementationRun(options.Masking, options.Epochs), MemoryOf(options, cost, counts[costs[0].Total >= costs[1].Total ? 0 : 1]));
    }

    /// <summary>Memory on another device than the CPU, at the dearer of the first and the last epoch.</summary>
    /// <param name="options">A run of at least one epoch.</param>
    internal static DeviceStepMemory OnDevice(PretrainerOptions options)
    {
        var alone = options.Clone();
        (alone.Device, alone.FallbackToCpu, alone.MicroBatchSize) = (ComputeDevice.Cuda, false, 1);
        if (TorchRuntime.SeesCuda && PrecisionTrial.Resolve(options.Precision, CUDA) == ScalarType.BFloat16)
        {
            alone.Precision = ComputePrecision.BFloat16;
        }

        var memory = Of(alone).Memory;
        return new DeviceStepMemory(Math.Min(options.MicroBatchSize ?? options.BatchSize, options.BatchSize), memory.Activations, memory.Total - memory.Activations, options.UniformityWeight == 0);
    }

    private static MemoryEstimate MemoryOf(PretrainerOptions options, PretrainingCost cost, MaskCounts counts)
    {
        bool isOther = options.Device != ComputeDevice.Cpu && (TorchRuntime.SeesCuda || options is { Device: ComputeDevice.Cuda, FallbackToCpu: false });
        bool inParts = !isOther && PartialStep.Suits(options);
        bool isBFloat16 = options.Precision == ComputePrecision.BFloat16;
        return cost.Memory(
            counts,
            inParts ? ParallelStep.ImagesHeld(options.BatchSize, TorchRuntime.Threads, counts.Masked + counts.Visible, isBFloat16) : Math.Min(options.MicroBatchSize ?? options.BatchSize, options.BatchSize),
            inParts ? TorchRuntime.Threads : 1,
            isBFloat16,
            options.Optimization.WeightAverageDecay is not null,
            isOther);
    }
}
