using System.Diagnostics;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Core.Schedules;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.FineTuning;

/// <summary>The loop of <see cref="FineTuner.Run"/>: epochs and steps, when to validate, stop, report and write checkpoints.</summary>
internal sealed class FineTuningRun : IDisposable
{
    private readonly IReadOnlyList<string> _classNames;
    private readonly FineTuningOptions _options;
    private readonly IProgress<FineTuningMetrics>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly LabeledBatchLoader _loader;
    private readonly EvaluationLoader? _validation;
    private readonly int _validationImages;
    private readonly ILearningRateSchedule _schedule;
    private readonly FineTuningSession _session;
    private readonly FineTuningCheckpoint? _checkpoint;
    private readonly RunFolder? _folder;
    private EpochLog<FineTuningMetrics>? _log;
    private FineTuningPosition _position = new();
    private double _lastLoss;
    private bool _cancelled;

    public FineTuningRun(
        FineTuningStart start, ILabeledImageSource training, ILabeledImageSource? validation, FineTuningOptions options, string? runFolder, IProgress<FineTuningMetrics>? progress, CancellationToken cancellationToken)
    {
        (_classNames, _progress, _cancellationToken, _validationImages) = (training.ClassNames, progress, cancellationToken, validation?.Count ?? 0);
        _folder = runFolder is null ? null : new RunFolder(runFolder);
        if (_folder is not null && options.Precision == ComputePrecision.Auto && RunCheckpoint.PrecisionOf(_folder) is { } chosen)
        {
            options = options.Clone();
            options.Precision = chosen;
        }

        _options = options;
        var loading = new LabeledBatchLoaderOptions { BatchSize = options.BatchSize, Seed = options.Seed, Augmentation = options.Augmentation, Threads = options.LoaderThreads };
        _loader = new LabeledBatchLoader(training, training.Labels(), start.Architecture, loading);
        _validation = validation is null ? null : new EvaluationLoader(validation, validation.Labels(), start.Architecture, ValidationView(), loading);
        _schedule = options.Optimization.ScheduleFor(options.Epochs, _loader.BatchSize);
        _session = new FineTuningSession(start, _classNames.Count, options);
        _checkpoint = _folder is null
            ? null
            : new FineTuningCheckpoint(_folder, ArchitectureFingerprint.Of(start.Architecture), FineTuningRecipe.Of(options, training, validation, _session.ComputeTypeName));
    }

    public FineTuningResult Train()
    {
        if (_folder is { HasCheckpoint: true })
        {
            _position = _checkpoint!.Read(_session);
        }
        else
        {
            _folder?.WriteOptions(_checkpoint!.Describe());
        }

        _log = new EpochLog<FineTuningMetrics>(_folder?.MetricsPath, _position.Step, entry => FineTuningMetrics.Of(entry, _options.Epochs, _loader.BatchesPerEpoch), metrics => metrics.ToEntry());
        while (_position.Epoch < _options.Epochs && !_cancelled && !HasStoppedImproving)
        {
            TrainEpoch();
        }

        bool hasBest = _position.BestEpoch >= 0;
        return new FineTuningResult(_session.ToWeights(_classNames, hasBest), _log.Epochs, hasBest ? _position.BestEpoch : null, _cancelled);
    }

    public void Dispose()
    {
        _log?.Dispose();
        _session.Dispose();
    }

    private bool HasStoppedImproving => _options.Patience is { } patience && _position.BestEpoch >= 0 && _position.Epoch - 1 - _position.BestEpoch >= patience;

    // As the fitted model sees images: scaled to cover the encoder's size, the middle cut out.
    private static CentreCropOptions ValidationView() => new() { ResizeRatio = 1, Filter = ResampleFilter.Bilinear };

    private void TrainEpoch()
    {
        long start = Stopwatch.GetTimestamp();
        int stepsHere = 0, epoch = _position.Epoch;
        var waited = TimeSpan.Zero;
        FineTuningMetrics? metrics = null;
        foreach (var loaded in _loader.Epoch(epoch, _position.StepInEpoch))
        {
            using var batch = loaded;
            waited += batch.Waited;
            if (_cancellationToken.IsCancellationRequested)
            {
                Cancel();
                return;
            }

            double learningRate = DoStep(batch);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            metrics = new FineTuningMetrics(
                epoch,
                _options.Epochs,
                _position.Step,
                (long)_options.Epochs * _loader.BatchesPerEpoch,
                _position.LossSum / _position.StepInEpoch,
                learningRate,
                ++stepsHere * _loader.BatchSize / seconds,
                IsEpochEnd: false) { GradientNorm = _session.Optimizer.GradientNorm, LoaderWait = waited.TotalSeconds / seconds };
            _progress?.Report(metrics);
        }

        EndEpoch(metrics!);
    }

    private double DoStep(LabeledBatch batch)
    {
        double learningRate = _schedule.At(_position.Epoch + ((double)batch.Number / _loader.BatchesPerEpoch));
        double loss = _session.Step(batch, learningRate);
        bool isLastOfEpoch = _position.StepInEpoch == _loader.BatchesPerEpoch - 1;
        if (!double.IsFinite(loss) || (isLastOfEpoch && !_session.Model.Parameters.AreFinite()))
        {
            throw Diverged(_position.Step, loss);
        }

        _lastLoss = loss;
        _position = _position with { StepInEpoch = _position.StepInEpoch + 1, Step = _position.Step + 1, LossSum = _position.LossSum + loss };
        return learningRate;
    }

    private void EndEpoch(FineTuningMetrics metrics)
    {
        int epoch = _position.Epoch;
        _position = _position with { Epoch = epoch + 1, StepInEpoch = 0, LossSum = 0 };
        if (Validate() is var (loss, accuracy))
        {
            metrics = metrics with { ValidationLoss = loss, ValidationAccuracy = accuracy };
            if (_position.IsBeatenBy(accuracy, loss))
            {
                _session.KeepAsBest();
                _position = _position with { BestEpoch = epoch, BestAccuracy = accuracy, BestLoss = loss };
            }
        }

        metrics = metrics with { IsEpochEnd = true };
        _log!.Add(metrics);
        // The checkpoint comes after the log: a log with an entry too many is cut on resuming, one with an entry too few cannot be mended.
        if (_position.Epoch == _options.Epochs || HasStoppedImproving || _position.Epoch % _options.CheckpointEveryEpochs == 0)
        {
            _checkpoint?.Write(_session, _position);
        }

        _progress?.Report(metrics);
    }

    /// <summary>Mean loss and accuracy; null without validation images or if cancelled meanwhile. The epoch is done all the same, and the next one will find that there is to be no more.</summary>
    private (double Loss, double Accuracy)? Validate()
    {
        if (_validation is null)
        {
            return null;
        }

        double sum = 0;
        long correct = 0;
        try
        {
            foreach (var loaded in _validation.All(_cancellationToken))
            {
                using var batch = loaded;
                var (loss, right) = _session.Evaluate(batch);
                (sum, correct) = (sum + loss, correct + right);
            }
        }
        catch (OperationCanceledException) when (_cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        return (sum / _validationImages, (double)correct / _validationImages);
    }

    private void Cancel()
    {
        // Weights of the middle of an epoch have not been looked at yet.
        if (_position.StepInEpoch > 0 && !_session.Model.Parameters.AreFinite())
        {
            throw Diverged(_position.Step - 1, _lastLoss);
        }

        _cancelled = true;
        _checkpoint?.Write(_session, _position);
    }

    private TrainingDivergedException Diverged(long step, double loss) => new(step, loss, _folder is { HasCheckpoint: true } ? _folder.CheckpointPath : null);
}
