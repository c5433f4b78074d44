using System.Diagnostics;

namespace MaskedPretraining.Samples;

/// <summary>A built sample, started as a user would.</summary>
internal static class Sample
{
    /// <summary>Root of the repository that the tests were built from.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Runs a sample to its end.</summary>
    /// <returns>Exit code, and standard output and error together.</returns>
    public static (int ExitCode, string Output) Run(string name, params string[] arguments)
    {
        // artifacts/bin/Samples.Tests/release -> artifacts/bin/NAME/release
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string program = Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, name + ".dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} is the repository.");
    }
}
