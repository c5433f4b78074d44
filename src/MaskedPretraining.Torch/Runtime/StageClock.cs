using System.Diagnostics;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>Adds up the time that training takes in each stage, on all threads together, while there is a clock; without one, a stage costs reading a field.</summary>
/// <remarks>One at a time in a process.</remarks>
internal sealed class StageClock : IDisposable
{
    private static StageClock? s_current;
    private readonly long[] _ticks = new long[Enum.GetValues<StepStage>().Length];

    public StageClock()
    {
        if (Interlocked.CompareExchange(ref s_current, this, null) is not null)
        {
            throw new InvalidOperationException("A stage clock is running already; dispose it first.");
        }
    }

    /// <summary>Times a stage until the result is disposed.</summary>
    public static Stretch Time(StepStage stage) => s_current is { } clock ? new Stretch(clock, stage, Stopwatch.GetTimestamp()) : default;

    /// <summary>Times the waits for each of <paramref name="items"/>.</summary>
    public static IEnumerable<T> TimeEach<T>(StepStage stage, IEnumerable<T> items)
    {
        using var source = items.GetEnumerator();
        while (HasNext())
        {
            yield return source.Current;
        }

        bool HasNext()
        {
            using var stretch = Time(stage);
            return source.MoveNext();
        }
    }

    /// <summary>Seconds of a stage so far; of threads that work at once the sum.</summary>
    public double Seconds(StepStage stage) => (double)Interlocked.Read(ref _ticks[(int)stage]) / Stopwatch.Frequency;

    /// <summary>Forgets what was timed.</summary>
    public void Restart() => Array.Clear(_ticks);

    public void Dispose() => Interlocked.CompareExchange(ref s_current, null, this);

    /// <summary>A stage that is under way.</summary>
    /// <param name="Clock">Null if nobody wants to know.</param>
    /// <param name="Stage">Which.</param>
    /// <param name="Start">When it began.</param>
    internal readonly record struct Stretch(StageClock? Clock, StepStage Stage, long Start) : IDisposable
    {
        public void Dispose()
        {
            if (Clock is not null)
            {
                Interlocked.Add(ref Clock._ticks[(int)Stage], Stopwatch.GetTimestamp() - Start);
            }
        }
    }
}
