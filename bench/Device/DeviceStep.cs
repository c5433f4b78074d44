using System.Diagnostics;
using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Device;

/// <summary>
/// The library's training step for one batch size, in a process of its own: what the device has to do from bytes in managed memory to updated weights. Loading is left out; batches that were loaded before take turns.
/// </summary>
internal static class DeviceStep
{
    /// <summary>The word that starts it.</summary>
    public const string Name = "device-step";

    private const int Batches = 3;
    private const int Stretches = 4;

    public static void Run(string[] words)
    {
        var arguments = StepArguments.Parse(words);
        var options = EngineTimer.OptionsOf(arguments.Shape, arguments.Precision);
        options.Device = arguments.IsCuda ? ComputeDevice.Cuda : ComputeDevice.Cpu;
        int? usedBefore = arguments.IsCuda ? NvidiaTool.UsedMebibytes() : null;
        var images = new NoiseImages(Batches * options.BatchSize, arguments.Shape.Side, arguments.Shape.Channels);
        var loader = new BatchLoader(images, options.Architecture, options.Masking, new BatchLoaderOptions { BatchSize = options.BatchSize, LookAhead = Batches + 1 });
        PretrainingBatch[] batches = [.. loader.Epoch(new TrainingProgress(0, 1))];
        using var session = new PretrainingSession(options);
        Steps(session, batches, arguments.WarmUp);
        int stretch = Math.Max(1, arguments.Steps / Stretches);
        double best = double.MaxValue;
        for (int i = 0; i < arguments.Steps / stretch; i++)
        {
            best = Math.Min(best, SecondsOf(() => Steps(session, batches, stretch)) / stretch);
        }

        double optimizer = SecondsOf(() => OptimizerSteps(session, arguments.IsCuda, stretch)) / stretch;
        string memory = NvidiaTool.UsedMebibytes() - usedBefore is { } grown ? FormattableString.Invariant($", memory {grown} MiB") : "";
        BenchReport.Say($"batch {options.BatchSize}: {options.BatchSize / best:F1} images/s, {1000 * best:F1} ms a step, optimizer {1000 * optimizer:F2} ms{memory}");
    }

    // As in a run: the next step is started before the last one's loss is asked for.
    private static void Steps(PretrainingSession session, PretrainingBatch[] batches, int count)
    {
        PendingStep? last = null;
        for (int i = 0; i < count; i++)
        {
            var next = session.Start(batches[i % batches.Length], new StepMoment(new TrainingProgress(0, 1), 0, 1e-4));
            Check(last);
            last = next;
        }

        Check(last);
    }

    private static void Check(PendingStep? step)
    {
        if (step is not null && !double.IsFinite(step.Complete().Losses.Loss))
        {
            throw new InvalidOperationException("The loss is not finite: there is nothing to measure.");
        }
    }

    private static void OptimizerSteps(PretrainingSession session, bool isCuda, int count)
    {
        for (int i = 0; i < count; i++)
        {
            session.Optimizer.Step(0);
        }

        if (isCuda)
        {
            cuda.synchronize();
        }
    }

    private static double SecondsOf(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
