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

/// <summary>Trains a linear probe on features of a frozen encoder (MAE's protocol): LARS, warm-up and cosine, batches shuffled every epoch, the rows left over sit out.</summary>
/// <remarks>Runs on the CPU in single precision; all features lie in one tensor. The same seed gives the same probe bit for bit.</remarks>
public sealed class LinearProbeTrainer
{
    // MAE's head.
    private const double BatchNormEpsilon = 1e-6;
    private const double BatchNormMomentum = 0.1;
    private readonly LinearProbeOptions _options;

    /// <summary>Creates a trainer.</summary>
    /// <param name="options">Copied; null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">Options lie outside their ranges; the message lists every one.</exception>
    public LinearProbeTrainer(LinearProbeOptions? options = null)
    {
        _options = (options ?? new LinearProbeOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.ThrowIfAny(nameof(LinearProbeOptions));
    }

    /// <summary>Trains a probe.</summary>
    /// <param name="training">At least two rows of at least two classes.</param>
    /// <param name="classes">Number of classes K; every label is below it.</param>
    /// <param name="validation">Rows whose accuracy is told after every epoch; null for none.</param>
    /// <param name="classNames">Names of the classes for the result, <c>[K]</c>; null if they are only numbered.</param>
    /// <param name="progress">Told after every epoch, on this thread.</param>
    /// <param name="cancellationToken">Ends training after the current step; the probe as it is then is returned.</param>
    /// <exception cref="ArgumentException">Rows, labels, widths or names do not fit together, or there is only one class.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    public LinearProbeResult Fit(
        LabeledFeatures training,
        int classes,
        LabeledFeatures? validation = null,
        IReadOnlyList<string>? classNames = null,
        IProgress<LinearProbeMetrics>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        Check(training, classes, validation, classNames);
        TorchRuntime.EnsureStarted();
        using var scope = NewDisposeScope();
        using var probe = new LinearProbe(training.Features.Width, classes, BatchNormEpsilon, BatchNormMomentum);
        probe.Parameters.Initialize(_options.Seed);
        using var optimizer = new Lars(probe.Parameters, _options.Momentum, _options.TrustCoefficient, _options.WeightDecay);
        var (features, labels) = Upload(training);
        (Tensor Features, Tensor Labels)? held = validation is null ? null : Upload(validation);
        int rows = training.Features.Rows, batchSize = Math.Min(_options.BatchSize, rows), batches = rows / batchSize;
        int epochs = _options.Epochs ?? Math.Max(LinearProbeOptions.DefaultEpochs, (LinearProbeOptions.MinimumSteps + batches - 1) / batches);
        var schedule = new WarmupHalfCosineSchedule(_options.LearningRate, 0, _options.WarmupEpochs ?? (epochs / 9.0), epochs);
        var metrics = new List<LinearProbeMetrics>();
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            var order = TensorMemory.From<long>(OrderOf(rows, epoch), ScalarType.Int64, CPU, rows);
            double sum = 0, learningRate = 0;
            for (int batch = 0; batch < batches; batch++)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    return new LinearProbeResult(probe.ToWeights(classNames), metrics, WasCancelled: true);
                }

                learningRate = schedule.At(epoch + ((double)batch / batches));
                var chosen = order.narrow(0, (long)batch * batchSize, batchSize);
                sum += Step(probe, optimizer, features.index_select(0, chosen), labels.index_select(0, chosen), learningRate, ((long)epoch * batches) + batch);
            }

            double? accuracy = held is { } rowsHeld ? AccuracyOf(probe, rowsHeld.Features, rowsHeld.Labels) : null;
            metrics.Add(new LinearProbeMetrics(epoch, epochs, sum / batches, learningRate, accuracy));
            progress?.Report(metrics[^1]);
        }

        return new LinearProbeResult(probe.ToWeights(classNames), metrics, WasCancelled: false);
    }

    private static float Step(LinearProbe probe, Lars optimizer, Tensor features, Tensor labels, double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        using var loss = probe.Loss(features, labels);
        float value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new TrainingDivergedException(step, value, checkpoint: null);
        }

        loss.backward();
        optimizer.Step(learningRate);
        return value;
    }

    private static double AccuracyOf(LinearProbe probe, Tensor features, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return probe.Predict(features).eq(labels).sum().ToInt64() / (double)labels.numel();
    }

    private static (Tensor Features, Tensor Labels) Upload(LabeledFeatures rows) => (
        TensorMemory.From<float>(rows.Features.Values, ScalarType.Float32, CPU, rows.Features.Rows, rows.Features.Width),
        TensorMemory.From<long>([.. rows.Labels.Select(label => (long)label)], ScalarType.Int64, CPU, rows.Labels.Count));

    private static void Check(LabeledFeatures training, int classes, LabeledFeatures? validation, IReadOnlyList<string>? classNames)
    {
        if (training.Features.Rows < 2)
        {
            throw new ArgumentException($"A linear probe needs at least 2 rows to train on, but there are {training.Features.Rows}.", nameof(training));
        }

        if (classNames is not null && classNames.Count != classes)
        {
            throw new ArgumentException($"There are {classNames.Count} class names for {classes} classes.", nameof(classNames));
        }

        CheckRows(training, classes, training.Features.Width, nameof(training));
        if (validation is not null)
        {
            CheckRows(validation, classes, training.Features.Width, nameof(validation));
        }

        if (training.Labels.All(label => label == training.Labels[0]))
        {
            throw new ArgumentException($"All {training.Labels.Count} rows have the class {classNames?[training.Labels[0]] ?? $"{training.Labels[0]}"}; a linear probe needs at least two classes. Check the label column.", nameof(training));
        }
    }

    private static void CheckRows(LabeledFeatures rows, int classes, int width, string name)
    {
        if (rows.Features.Rows != rows.Labels.Count || rows.Labels.Count == 0)
        {
            throw new ArgumentException($"There are {rows.Features.Rows} feature vectors and {rows.Labels.Count} labels; there must be as many of both, and at least one.", name);
        }

        if (rows.Features.Width != width)
        {
            throw new ArgumentException($"Feature vectors of the {name} rows have {rows.Features.Width} numbers, but the probe is trained on {width}.", name);
        }

        for (int row = 0; row < rows.Labels.Count; row++)
        {
            if (rows.Labels[row] < 0 || rows.Labels[row] >= classes)
            {
                throw new ArgumentException($"Row {row} has the label {rows.Labels[row]}; labels must lie between 0 and {classes - 1}.", name);
            }
        }
    }

    private long[] OrderOf(int rows, int epoch)
    {
        long[] order = [.. Enumerable.Range(0, rows).Select(row => (long)row)];
        new RandomStream(_options.Seed, RandomPurpose.Order, epoch, 0).Shuffle(order.AsSpan());
        return order;
    }
}
