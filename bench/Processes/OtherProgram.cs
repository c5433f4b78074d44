using System.ComponentModel;
using System.Diagnostics;

namespace MaskedPretraining.Bench.Processes;

/// <summary>Runs other programs, and this one in a process of its own.</summary>
internal static class OtherProgram
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its path or name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="onLine">Sees each line that it prints, when it does.</param>
    /// <returns>Null if there is no such program.</returns>
    public static ProgramOutput? Run(string program, IEnumerable<string> arguments, Action<string>? onLine = null)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var lines = new List<string>();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                lines.Add(line);
                onLine?.Invoke(line);
            }

            process.WaitForExit();
            return new ProgramOutput(process.ExitCode, lines, errors.Result);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Runs this program in another process, which has to succeed.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed.</returns>
    public static IReadOnlyList<string> RunSelf(params string[] arguments)
    {
        var (program, before) = Self();
        var output = Run(program, [.. before, .. arguments])!;
        return output.ExitCode == 0 ? output.Lines : throw new BenchException($"'{string.Join(' ', arguments)}' in a process of its own ended with {output.ExitCode}: {output.Problem}");
    }

    /// <summary>How this program is started: by itself, or as dotnet with the program's path.</summary>
    public static (string Program, string[] Before) Self()
    {
        string program = Environment.ProcessPath!;
        return (program, Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : []);
    }
}
