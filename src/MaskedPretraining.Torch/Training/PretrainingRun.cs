using System.Diagnostics;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Runs;
using MaskedPretraining.Core.Schedules;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Training;

/// <summary>The loop of <see cref="Pretrainer.Run"/>: epochs and steps, when to make maps, validate, report and write checkpoints.</summary>
internal sealed class PretrainingRun : IDisposable
{
    private readonly ValidationPass? _validation;
    private readonly MonitorPass? _monitor;
    private readonly PretrainerOptions _options;
    private readonly IProgress<PretrainingMetrics>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly BatchLoader _loader;
    private readonly ILearningRateSchedule _schedule;
    private readonly PretrainingSession _session;
    private readonly GuidingMaps _maps;
    private readonly PretrainingCheckpoint? _checkpoint;
    private readonly RunFolder? _folder;
    private EpochLog<PretrainingMetrics>? _log;
    private RunPosition _position = new();
    private PretrainingMetrics? _metrics;
    private double _lastLoss;
    private long _epochStart;
    private int _stepsHere;
    private TimeSpan _waited;
    private bool _cancelled;

    public PretrainingRun(
        IImageSource images,
        IImageSource? validation,
        SampleMaps maps,
        OnlineMonitor? monitor,
        PretrainerOptions options,
        string? runFolder,
        IProgress<PretrainingMetrics>? progress,
        CancellationToken cancellationToken)
    {
        (_options, _progress, _cancellationToken) = (options, progress, cancellationToken);
        _loader = new BatchLoader(images, options.Architecture, options.Masking, new BatchLoaderOptions { BatchSize = options.BatchSize, Seed = options.Seed, Crop = options.Crop, Threads = options.LoaderThreads, Guidance = options.Guidance });
        _schedule = options.Optimization.ScheduleFor(options.Epochs, _loader.BatchSize);
        _folder = runFolder is null ? null : new RunFolder(runFolder);
        _validation = validation is null ? null : new ValidationPass(validation, options);
        _monitor = monitor is null ? null : new MonitorPass(monitor);
        if (_folder is not null && options.Precision == ComputePrecision.Auto && RunCheckpoint.PrecisionOf(_folder) is { } chosen)
        {
            _options = options = options.Clone();
            options.Precision = chosen;
        }

        _session = new PretrainingSession(options);
        _maps = new GuidingMaps(_session.WholeImages, images, options.Masking, maps);
        _checkpoint = _folder is null
            ? null
            : new PretrainingCheckpoint(_folder, ArchitectureFingerprint.Of(options.Architecture, options.Decoder), PretrainingRecipe.Of(options, images.Count, _session.ComputeTypeName));
    }

    public PretrainingResult Train()
    {
        if (_folder is { HasCheckpoint: true })
        {
            (_position, _maps.Own) = _checkpoint!.Read(_session);
        }
        else
        {
            _folder?.WriteOptions(_checkpoint!.Describe());
        }

        _log = new EpochLog<PretrainingMetrics>(_folder?.MetricsPath, _position.Step, entry => PretrainingMetrics.Of(entry, _options.Epochs, _loader.BatchesPerEpoch), metrics => metrics.ToEntry());
        while (_position.Epoch < _options.Epochs && !_cancelled)
        {
            TrainEpoch(new TrainingProgress(_position.Epoch, _options.Epochs));
        }

        var autoencoder = _session.Store();
        autoencoder.Metadata[TrainingState.ArchitectureAttribute] = ArchitectureFingerprint.Of(_options.Architecture, _options.Decoder);
        return PretrainingResult.Of(autoencoder, _options, _log.Epochs, _cancelled);
    }

    public void Dispose()
    {
        _log?.Dispose();
        _session.Dispose();
    }

    private void TrainEpoch(TrainingProgress progress)
    {
        if (!_maps.Refresh(progress, _position.StepInEpoch == 0, _cancellationToken))
        {
            Cancel();
            return;
        }

        _epochStart = Stopwatch.GetTimestamp();
        (_stepsHere, _waited) = (0, TimeSpan.Zero);
        PendingStep? last = null;
        foreach (var loaded in StageClock.TimeEach(StepStage.LoaderWait, _loader.Epoch(progress, _maps.Current, _position.StepInEpoch)))
        {
            using var batch = loaded;
            _waited += batch.Waited;
            if (_cancellationToken.IsCancellationRequested)
            {
                Complete(last);
                Cancel();
                return;
            }

            // A device that is still at a step gets the next one before it is waited for.
            var step = Start(batch);
            Complete(last);
            last = step.IsUnderWay ? step : null;
            if (last is null)
            {
                Complete(step);
            }
        }

        Complete(last);
        EndEpoch(progress, _metrics!);
    }

    private PendingStep Start(PretrainingBatch batch)
    {
        double epochsDone = _position.Epoch + ((double)batch.Number / _loader.BatchesPerEpoch);
        return _session.Start(batch, new StepMoment(new TrainingProgress(_position.Epoch, _options.Epochs), epochsDone, _schedule.At(epochsDone)));
    }

    /// <summary>Waits for a step, counts it and reports it; does nothing if there is none.</summary>
    private void Complete(PendingStep? step)
    {
        if (step is null)
        {
            return;
        }

        var outcome = step.Complete();
        var losses = outcome.Losses;
        bool isLastOfEpoch = _position.StepInEpoch == _loader.BatchesPerEpoch - 1;
        if (!double.IsFinite(losses.Loss) || (isLastOfEpoch && !_session.AreFinite()))
        {
            throw Diverged(_position.Step, losses.Loss);
        }

        _lastLoss = losses.Loss;
        _position.LossSums += losses;
        _position.Measures.Add(outcome.LearnedMasking?.Values());
        _position.Measures.Add(outcome.ObjectOverlap?.Values());
        _position.StepInEpoch++;
        _position.Step++;
        _stepsHere++;
        _metrics = Measure(step.Moment, outcome.GradientNorm);
        _progress?.Report(_metrics);
    }

    private PretrainingMetrics Measure(StepMoment moment, double? gradientNorm)
    {
        double seconds = Stopwatch.GetElapsedTime(_epochStart).TotalSeconds;
        var means = _position.Measures.Means(_position.StepInEpoch);
        return new PretrainingMetrics(
            moment.Progress.Epoch,
            moment.Progress.Epochs,
            _position.Step,
            (long)moment.Progress.Epochs * _loader.BatchesPerEpoch,
            _position.LossSums.Loss / _position.StepInEpoch,
            moment.LearningRate,
            _stepsHere * _loader.BatchSize / seconds,
            ValidationLoss: null,
            IsEpochEnd: false)
        {
            LearnedMasking = LearnedMaskingMetrics.Of(means),
            ObjectOverlap = ObjectOverlap.Of(means),
            PlainLoss = _options.Guidance is null ? null : _position.LossSums.Plain / _position.StepInEpoch,
            ForegroundShare = _options.Guidance is null ? null : _position.LossSums.Foreground / _position.LossSums.Loss,
            GradientNorm = gradientNorm,
            LoaderWait = _waited.TotalSeconds / seconds,
        };
    }

    private void EndEpoch(TrainingProgress progress, PretrainingMetrics metrics)
    {
        bool isLast = progress.Epoch == progress.Epochs - 1;
        _position = new RunPosition { Epoch = progress.Epoch + 1, Step = _position.Step };
        if (_validation is not null && (isLast || (progress.Epoch + 1) % _options.ValidateEveryEpochs == 0))
        {
            metrics = metrics with { ValidationLoss = UnlessCancelled(() => (double?)_validation.Run(_session, _cancellationToken)) };
        }

        if (_monitor is not null && _monitor.IsDue(progress.Epoch, progress.Epochs))
        {
            metrics = metrics with { Monitor = UnlessCancelled(() => _monitor.Run(_session, _cancellationToken)) };
        }

        metrics = metrics with { IsEpochEnd = true };
        _log!.Add(metrics);
        // The checkpoint comes after the log: a log with an entry too many is cut on resuming, one with an entry too few cannot be mended.
        if (isLast || (progress.Epoch + 1) % _options.CheckpointEveryEpochs == 0)
        {
            _checkpoint?.Write(_session, _position, _maps.Own);
        }

        _progress?.Report(metrics);
    }

    /// <summary>What a measurement found; null if cancelled meanwhile. The epoch is done all the same, and the next one will find that there is to be no more.</summary>
    private T? UnlessCancelled<T>(Func<T> measure)
    {
        try
        {
            return measure();
        }
        catch (OperationCanceledException) when (_cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }

    private void Cancel()
    {
        // Weights of the middle of an epoch have not been looked at yet.
        if (_position.StepInEpoch > 0 && !_session.AreFinite())
        {
            throw Diverged(_position.Step - 1, _lastLoss);
        }

        _cancelled = true;
        _checkpoint?.Write(_session, _position, _maps.Own);
    }

    private TrainingDivergedException Diverged(long step, double loss) => new(step, loss, _folder is { HasCheckpoint: true } ? _folder.CheckpointPath : null);
}
