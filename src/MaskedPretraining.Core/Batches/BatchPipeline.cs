using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MaskedPretraining.Core.Batches;

/// <summary>
/// Threads that fill batches image by image and hand them out in order. They work on the oldest unfinished batch first, so that the first one is there as soon as
/// all threads together can make it, and stay at most the look-ahead in front of the consumer, so that memory is bounded.
/// </summary>
/// <typeparam name="TBatch">Type of a batch.</typeparam>
/// <param name="batches">Number of batches.</param>
/// <param name="open">Makes the empty batch of a number; called in order, one at a time.</param>
/// <param name="createFiller">Makes what fills one place of a batch; called once a thread.</param>
/// <param name="threads">Number of threads.</param>
/// <param name="lookAhead">Batches made ready ahead of the one in use.</param>
internal sealed class BatchPipeline<TBatch>(int batches, Func<int, TBatch> open, Func<Action<TBatch, int>> createFiller, int threads, int lookAhead)
    where TBatch : ImageBatch
{
    private readonly object _gate = new();
    private readonly Queue<Entry> _entries = new();
    private Entry? _filling;
    private int _opened;
    private bool _stopped;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Batches in order, made by a pipeline of its own for each enumeration. Whoever takes a batch disposes it.</summary>
    /// <param name="create">Makes a pipeline.</param>
    /// <param name="cancellationToken">Ends the threads and throws.</param>
    public static IEnumerable<TBatch> Enumerate(Func<BatchPipeline<TBatch>> create, CancellationToken cancellationToken)
    {
        foreach (TBatch batch in create().Run(cancellationToken))
        {
            yield return batch;
        }
    }

    private IEnumerable<TBatch> Run(CancellationToken cancellationToken)
    {
        var workers = new Thread[threads];
        for (int number = 0; number < threads; number++)
        {
            workers[number] = new Thread(Work) { IsBackground = true, Name = $"image loader {number}" };
            workers[number].Start();
        }

        using var registration = cancellationToken.Register(Stop);
        try
        {
            for (int number = 0; number < batches; number++)
            {
                yield return Take(cancellationToken);
            }
        }
        finally
        {
            Stop();
            Array.ForEach(workers, worker => worker.Join());
        }
    }

    private TBatch Take(CancellationToken cancellationToken)
    {
        long start = 0;
        lock (_gate)
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _failure?.Throw();
                if (_entries.TryPeek(out Entry? oldest) && oldest.Unfinished == 0)
                {
                    oldest.Failure?.Throw();
                    _entries.Dequeue();
                    Monitor.PulseAll(_gate);
                    oldest.Batch.Waited = start == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(start);
                    return oldest.Batch;
                }

                start = start == 0 ? Stopwatch.GetTimestamp() : start;
                Monitor.Wait(_gate);
            }
        }
    }

    private void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Work()
    {
        try
        {
            Action<TBatch, int> fill = createFiller();
            while (Claim() is (var entry, var place))
            {
                Fill(entry, place, fill);
            }
        }
        catch (Exception exception)
        {
            // An exception on a thread of our own would end the process; the consumer throws it instead.
            lock (_gate)
            {
                _failure ??= ExceptionDispatchInfo.Capture(exception);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Fill(Entry entry, int place, Action<TBatch, int> fill)
    {
        ExceptionDispatchInfo? failure = null;
        try
        {
            fill(entry.Batch, place);
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        lock (_gate)
        {
            // Of several failures the first in the batch's order is told, whichever thread was faster.
            if (failure is not null && place < entry.FailedPlace)
            {
                (entry.Failure, entry.FailedPlace) = (failure, place);
            }

            if (--entry.Unfinished == 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    private (Entry Entry, int Place)? Claim()
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                if (_filling is not null && _filling.Claimed < _filling.Batch.Count)
                {
                    return (_filling, _filling.Claimed++);
                }

                if (_opened == batches)
                {
                    return null;
                }

                if (_entries.Count < lookAhead)
                {
                    _filling = new Entry(open(_opened++));
                    _entries.Enqueue(_filling);
                }
                else
                {
                    Monitor.Wait(_gate);
                }
            }

            return null;
        }
    }

    private sealed class Entry(TBatch batch)
    {
        public TBatch Batch { get; } = batch;

        public int Claimed { get; set; }

        public int Unfinished { get; set; } = batch.Count;

        public int FailedPlace { get; set; } = int.MaxValue;

        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
