namespace MaskedPretraining.Bench.Processes;

/// <summary>The Python that baselines run in: that of the variable <c>PYTHON</c>, else python3.</summary>
internal static class Python
{
    // The first one on the path may lack packages that the system's own has.
    private static IReadOnlyList<string> Interpreters => Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } named ? [named] : ["python3", "/usr/bin/python3"];

    /// <summary>The first interpreter that has a module; null if none has, which is said.</summary>
    /// <param name="module">What a program imports.</param>
    public static string? With(string module)
    {
        foreach (string interpreter in Interpreters)
        {
            if (OtherProgram.Run(interpreter, ["-c", $"import {module}"]) is { ExitCode: 0 })
            {
                return interpreter;
            }
        }

        Console.WriteLine($"No comparison with Python: {string.Join(" and ", Interpreters)} cannot import {module}. Name an interpreter that can in the variable PYTHON.");
        return null;
    }
}
