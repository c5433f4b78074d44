using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MaskedPretraining.Bench.Loading;

/// <summary>The machine's Python imaging stack on the same photos: <c>decode_resize.py</c>.</summary>
internal static class PillowBaseline
{
    // The first one on the path may lack packages that the system's own has.
    private static readonly string[] Interpreters = ["python3", "/usr/bin/python3"];

    /// <summary>Images that Pillow prepares in a second of the processor.</summary>
    /// <param name="folder">The photos.</param>
    /// <param name="seconds">How long it is measured.</param>
    /// <returns>Null if there is no python3 with Pillow; why, has been said.</returns>
    public static double? Run(string folder, double seconds)
    {
        string problem = "";
        foreach (string interpreter in Interpreters)
        {
            if (Run(interpreter, folder, seconds, out problem) is { } rate)
            {
                return rate;
            }
        }

        Console.WriteLine($"No baseline in Python: python3 with Pillow could not be run ({problem}).");
        return null;
    }

    private static double? Run(string interpreter, string folder, double seconds, out string problem)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "decode_resize.py");
        var start = new ProcessStartInfo(interpreter, [script, folder, seconds.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            problem = process.StandardError.ReadToEnd().Trim().Split('\n')[^1];
            process.WaitForExit();
            string[] numbers = output.Split(' ', StringSplitOptions.TrimEntries);
            return process.ExitCode == 0 ? double.Parse(numbers[0], CultureInfo.InvariantCulture) / double.Parse(numbers[1], CultureInfo.InvariantCulture) : null;
        }
        catch (Win32Exception exception)
        {
            problem = exception.Message;
            return null;
        }
    }
}
