using MaskedPretraining.Core.Evaluation.Segmentation;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Schedules;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Training;

/// <summary>Trains a linear segmentation probe on patch tokens of a frozen encoder: AdamW, half a cosine, batches of images shuffled every epoch, the images left over sit out.</summary>
/// <remarks>
/// <para>Each token is normalised feature by feature and goes through one linear layer; the loss is cross-entropy against the shares of the classes, a pixel's weight the same everywhere. Linear probes of the field (DINOv2, Oquab et al. 2023)
/// have batch normalisation, whose running statistics wander; tokens are computed once here, so that mean and variance are those of all training tokens.</para>
/// <para>Runs on the CPU in single precision; all tokens lie in one tensor. The same seed gives the same probe bit for bit.</para>
/// </remarks>
public sealed class SegmentationProbeTrainer
{
    private readonly SegmentationProbeOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="options">Copied; null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    public SegmentationProbeTrainer(SegmentationProbeOptions? options = null)
    {
        _options = (options ?? new SegmentationProbeOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(SegmentationProbeOptions));
    }

    /// <summary>Trains a probe.</summary>
    /// <param name="training">At least one image and two classes.</param>
    /// <param name="progress">Told after every epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends training after the current step; the probe as it is then is returned.</param>
    /// <exception cref="ArgumentException">Tokens and shares do not fit together, or at most one class has a share.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public SegmentationProbeResult Fit(LabeledPatches training, IProgress<SegmentationProbeMetrics>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        Check(training);
        TorchRuntime.EnsureStarted();
        using var scope = NewDisposeScope();
        var (grid, labels) = (training.Grid, training.LabelsPerSide);
        var tokens = TensorMemory.From<float>(training.Tokens.Values, ScalarType.Float32, CPU, training.Images, grid.Count, training.Tokens.Width);
        var shares = TensorMemory.From<float>(training.Shares, ScalarType.Float32, CPU, training.Images, training.Classes, (long)labels * grid.Rows, (long)labels * grid.Columns);
        using var probe = new SegmentationProbe(tokens, grid, training.Classes, labels);
        probe.Parameters.Initialize(_options.Seed);
        using var optimizer = new AdamW(probe.Parameters, new AdamWOptions(0.9, 0.999, AdamWOptions.DefaultEpsilon, _options.WeightDecay));
        int batchSize = Math.Min(_options.BatchSize, training.Images), batches = training.Images / batchSize;
        int epochs = _options.Epochs ?? Math.Max(SegmentationProbeOptions.DefaultEpochs, (SegmentationProbeOptions.MinimumSteps + batches - 1) / batches);
        var schedule = new WarmupHalfCosineSchedule(_options.LearningRate, 0, 0, epochs);
        var metrics = new List<SegmentationProbeMetrics>();
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            var order = TensorMemory.From<long>(OrderOf(training.Images, epoch), ScalarType.Int64, CPU, training.Images);
            double sum = 0, learningRate = 0;
            for (int batch = 0; batch < batches; batch++)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    return new SegmentationProbeResult(probe.ToWeights(), metrics, WasCancelled: true);
                }

                learningRate = schedule.At(epoch + ((double)batch / batches));
                sum += Step(probe, optimizer, tokens, shares, order.narrow(0, (long)batch * batchSize, batchSize), learningRate, ((long)epoch * batches) + batch);
            }

            metrics.Add(new SegmentationProbeMetrics(epoch, epochs, sum / batches, learningRate));
            progress?.Report(metrics[^1]);
        }

        return new SegmentationProbeResult(probe.ToWeights(), metrics, WasCancelled: false);
    }

    private static float Step(SegmentationProbe probe, AdamW optimizer, Tensor tokens, Tensor shares, Tensor chosen, double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        using var loss = probe.Loss(tokens.index_select(0, chosen), shares.index_select(0, chosen));
        float value = loss.ToSingle();
        if (!float.IsFinite(value))
        {
            throw new TrainingDivergedException(step, value, checkpoint: null);
        }

        loss.backward();
        optimizer.Step(learningRate);
        return value;
    }

    private static void Check(LabeledPatches training)
    {
        if (training.Images == 0 || training.Tokens.Rows % training.Grid.Count != 0)
        {
            throw new ArgumentException($"{training.Tokens.Rows} tokens do not make images of {training.Grid} patches; there must be at least one, and whole ones.", nameof(training));
        }

        long cells = (long)training.Grid.Count * training.LabelsPerSide * training.LabelsPerSide;
        ArgumentOutOfRangeException.ThrowIfLessThan(training.Classes, 2, nameof(training));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(training.Classes, ClassMask.Ignored, nameof(training));
        if (training.Shares.LongLength != training.Images * training.Classes * cells)
        {
            throw new ArgumentException($"{training.Images} images of {cells} labelled cells and {training.Classes} classes need {training.Images * training.Classes * cells} shares, but there are {training.Shares.LongLength}.", nameof(training));
        }

        var seen = new bool[training.Classes];
        for (int i = 0; i < training.Shares.Length; i++)
        {
            seen[i / cells % training.Classes] |= training.Shares[i] > 0;
        }

        if (seen.Count(isSeen => isSeen) < 2)
        {
            throw new ArgumentException(
                $"All labelled pixels are of class {Math.Max(Array.IndexOf(seen, true), 0)}; a segmentation probe needs at least two classes. Check the masks: a column of object masks has Masks = Objects, one of class numbers has Masks = ClassNumbers.",
                nameof(training));
        }
    }

    private long[] OrderOf(int images, int epoch)
    {
        long[] order = [.. Enumerable.Range(0, images).Select(image => (long)image)];
        new RandomStream(_options.Seed, RandomPurpose.Order, epoch, 0).Shuffle(order.AsSpan());
        return order;
    }
}
