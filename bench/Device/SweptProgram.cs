using System.Globalization;
using System.Text.RegularExpressions;
using MaskedPretraining.Bench.Processes;

namespace MaskedPretraining.Bench.Device;

/// <summary>A program that measures a training step and prints a line <c>batch B: X images/s, ...</c> for each batch size.</summary>
internal static partial class SweptProgram
{
    /// <summary>Runs it once for each batch size, as a GPU's memory is only free again when a process has ended, and stops at the first that does not fit.</summary>
    /// <param name="title">Said before.</param>
    /// <param name="program">What to start.</param>
    /// <param name="arguments">Its arguments for a batch size.</param>
    /// <param name="batches">Batch sizes, ascending.</param>
    /// <returns>The best; null if it did not run.</returns>
    public static BestBatch? Run(string title, string program, Func<string, IEnumerable<string>> arguments, IReadOnlyList<int> batches)
    {
        Console.WriteLine(title);
        BestBatch? best = null;
        foreach (int batch in batches)
        {
            if (Measure(program, arguments(batch.ToString(CultureInfo.InvariantCulture))) is not { } found)
            {
                break;
            }

            best = best is null || found.ImagesPerSecond > best.ImagesPerSecond ? found : best;
        }

        return best;
    }

    private static BestBatch? Measure(string program, IEnumerable<string> arguments)
    {
        BestBatch? found = null;
        var output = OtherProgram.Run(program, arguments, line =>
        {
            if (line.StartsWith("batch ", StringComparison.Ordinal))
            {
                Console.WriteLine($"  {line}");
            }

            found = BatchLine().Match(line) is { Success: true } match
                ? new BestBatch(Number(match, "batch") ?? 0, Number(match, "rate")!.Value, Number(match, "step"), Number(match, "optimizer"), Number(match, "memory"))
                : found;
        });
        // A program that ends well without a figure has said why: out of memory.
        if (output is not { ExitCode: 0 })
        {
            Console.WriteLine($"  did not run: {output?.Problem ?? $"there is no {program}"}");
        }

        return found;
    }

    private static double? Number(Match match, string group) => match.Groups[group] is { Success: true } found ? double.Parse(found.Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^batch (?<batch>\d+): (?<rate>[0-9.]+) images/s, (?<step>[0-9.]+) ms a step(, optimizer (?<optimizer>[0-9.]+) ms)?(, loss [-0-9.naif]+)?(, memory (?<memory>\d+) MiB)?", RegexOptions.ExplicitCapture)]
    private static partial Regex BatchLine();
}
