namespace MaskedPretraining.Bench.Processes;

/// <summary>What a program that has ended left behind.</summary>
/// <param name="ExitCode">0 if all went well.</param>
/// <param name="Lines">What it printed.</param>
/// <param name="Errors">What it printed to standard error.</param>
internal sealed record ProgramOutput(int ExitCode, IReadOnlyList<string> Lines, string Errors)
{
    /// <summary>The line that says what went wrong: the last one of a Python traceback, the one above the stack of an unhandled exception.</summary>
    public string Problem
    {
        get
        {
            string[] said = Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return said.LastOrDefault(IsMessage) ?? said.LastOrDefault() ?? $"exit code {ExitCode}";

            static bool IsMessage(string line) =>
                !line.StartsWith("at ", StringComparison.Ordinal) && (line.Contains("rror", StringComparison.Ordinal) || line.Contains("xception", StringComparison.Ordinal));
        }
    }
}
