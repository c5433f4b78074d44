using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Training;

/// <summary>Trains a linear probe on features of a frozen encoder: by default MAE's protocol, LARS with warm-up and cosine, batches shuffled every epoch, the rows left over sit out.</summary>
/// <remarks>Runs on the CPU in single precision; all features lie in one tensor. The same seed gives the same probe bit for bit.</remarks>
public sealed class LinearProbeTrainer
{
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
        var report = new ProbeReport(classNames, progress, cancellationToken);
        if (_options.Solver == LinearProbeSolver.Lbfgs)
        {
            return new FullBatchProbe(_options, report).Train(training, classes, validation);
        }

        using var rows = new CachedProbeRows(training, _options.BatchSize, _options.Seed);
        return new StochasticProbe(_options, report).Train(rows, classes, validation);
    }

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
}
