using System.Diagnostics;

namespace Build;

/// <summary>Runs other programs, showing what they print as they print it.</summary>
internal static class Tool
{
    /// <summary>Runs a program and returns its exit code.</summary>
    /// <param name="onLine">Sees every line of standard output; null shows it.</param>
    public static int Run(string program, IEnumerable<string> arguments, string? folder = null, Action<string>? onLine = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder ?? Repository.Root, RedirectStandardOutput = onLine is not null };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new BuildException($"{program} did not start.");
        while (onLine is not null && process.StandardOutput.ReadLine() is { } line)
        {
            onLine(line);
        }

        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Runs a program that has to succeed.</summary>
    public static void Require(string program, IEnumerable<string> arguments, string? folder = null, Action<string>? onLine = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] list = [.. arguments];
        int code = Run(program, list, folder, onLine, environment);
        if (code != 0)
        {
            throw new BuildException($"'{program} {string.Join(' ', list)}' failed with exit code {code}; what it printed above says why.");
        }
    }

    /// <summary>Whether a program is on the PATH.</summary>
    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder =>
            File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")) || File.Exists(Path.Combine(folder, program + ".cmd")));
}
