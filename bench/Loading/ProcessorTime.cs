using System.Diagnostics;

namespace MaskedPretraining.Bench.Loading;

/// <summary>Time of the processor, not of the clock: other processes do not count.</summary>
internal static class ProcessorTime
{
    /// <summary>Seconds that all threads of this process spend while something is done.</summary>
    public static double Of(Action work)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan start = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - start).TotalSeconds;
    }
}
