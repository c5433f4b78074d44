using System.Diagnostics;
using System.Runtime.ExceptionServices;
using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Bench.Costs;

/// <summary>A pre-training run that waits after each step, so that runs can take turns.</summary>
internal sealed class SteppedRun : IProgress<PretrainingMetrics>, IDisposable
{
    /// <summary>Steps that a run can do: more than are ever asked for.</summary>
    public const int Steps = 1000;
    private readonly SemaphoreSlim _mayGoOn = new(0);
    private readonly SemaphoreSlim _hasStepped = new(0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _training;
    private ExceptionDispatchInfo? _failure;

    /// <param name="options">The run.</param>
    /// <param name="maps">Maps of its images; null for none.</param>
    public SteppedRun(PretrainerOptions options, SampleMaps? maps = null)
    {
        var images = new NoiseImages(Steps * options.BatchSize, options.Architecture.ImageWidth, options.Architecture.Channels);
        _training = Task.Factory.StartNew(Train, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        void Train()
        {
            try
            {
                _mayGoOn.Wait();
                new Pretrainer(images, options, maps: maps).Run(progress: this, cancellationToken: _end.Token);
            }
            catch (Exception exception)
            {
                // Thrown where the step is waited for.
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
            finally
            {
                _hasStepped.Release();
            }
        }
    }

    /// <summary>Lets the run do one step.</summary>
    /// <returns>Seconds that it took; the first one includes making the model.</returns>
    public double Step()
    {
        long start = Stopwatch.GetTimestamp();
        _mayGoOn.Release();
        _hasStepped.Wait();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _failure?.Throw();
        return seconds;
    }

    void IProgress<PretrainingMetrics>.Report(PretrainingMetrics value)
    {
        _hasStepped.Release();
        _mayGoOn.Wait();
    }

    public void Dispose()
    {
        _end.Cancel();
        _mayGoOn.Release();
        _training.Wait();
        _end.Dispose();
        _mayGoOn.Dispose();
        _hasStepped.Dispose();
    }
}
