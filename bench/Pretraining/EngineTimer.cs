using System.Diagnostics;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>Times steps of the library's own pre-training loop: loading, masking, the step itself, the optimizer.</summary>
internal static class EngineTimer
{
    /// <summary>Seconds of each of the <paramref name="steps"/> steps after <paramref name="warmUp"/> others, loading included, and where they go.</summary>
    public static (double[] Seconds, StageTable Stages) Measure(BenchShape shape, ComputePrecision precision, int warmUp, int steps)
    {
        using var stages = new StageClock();
        var clock = new StepClock(stages, warmUp);
        new Pretrainer(new NoiseImages((warmUp + steps) * shape.Batch, shape.Side, shape.Channels), OptionsOf(shape, precision)).Run(progress: clock);
        double[] seconds = [.. clock.Seconds.Skip(warmUp)];
        return (seconds, StageTable.Of(stages, steps, seconds.Average()));
    }

    /// <summary>A run of one epoch on the CPU.</summary>
    public static PretrainerOptions OptionsOf(BenchShape shape, ComputePrecision precision) => new()
    {
        Architecture = new VisionTransformerOptions
        {
            ImageHeight = shape.Side, ImageWidth = shape.Side, PatchSize = shape.Patch, Width = shape.Width, Depth = shape.Depth, Heads = shape.Heads,
        },
        Decoder = new MaeDecoderOptions { Width = shape.DecoderWidth, Depth = shape.DecoderDepth, Heads = shape.DecoderHeads },
        Masking = new RandomMasking(shape.MaskRatio),
        BatchSize = shape.Batch,
        Epochs = 1,
        Optimization = new OptimizationOptions { WarmupEpochs = 1 },
        Precision = precision,
        Device = ComputeDevice.Cpu,
    };

    private sealed class StepClock(StageClock stages, int warmUp) : IProgress<PretrainingMetrics>
    {
        private long _last = Stopwatch.GetTimestamp();

        public List<double> Seconds { get; } = [];

        public void Report(PretrainingMetrics value)
        {
            if (value.IsEpochEnd)
            {
                return;
            }

            Seconds.Add(Stopwatch.GetElapsedTime(_last).TotalSeconds);
            if (Seconds.Count == warmUp)
            {
                stages.Restart();
            }

            _last = Stopwatch.GetTimestamp();
        }
    }
}
