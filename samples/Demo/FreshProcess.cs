using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Demo;

/// <summary>Lets the sample LoadInBox, which references nothing of this library, score images with a saved model, and compares.</summary>
internal static class FreshProcess
{
    public const double Tolerance = 1e-4;

    /// <summary>Largest difference of any number between what is scored here and there.</summary>
    public static double Compare(IDataView here, string modelPath, string photos, string outputFolder)
    {
        string output = Path.Combine(outputFolder, "load-in-box.txt");
        Run(modelPath, photos, output);
        float[][] there = [.. File.ReadLines(output).Select(line => line.Split('\t')).Select(fields => $"{fields[2]} {fields[3]}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToArray())];
        string[] names = here.Schema.GetColumnOrNull("Score") is null ? ["Features"] : ["Score", "Features"];
        var rows = names.Select(name => here.GetColumn<float[]>(name)).Aggregate((left, right) => left.Zip(right, (a, b) => (float[])[.. a, .. b]));
        return rows.Zip(there, (left, right) => left.Length == right.Length ? left.Zip(right).Max(pair => Math.Abs((double)pair.First - pair.Second)) : double.PositiveInfinity).Max();
    }

    private static float Parse(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private static void Run(string modelPath, string photos, string output)
    {
        // Side by side in the build's output: bin/Demo/debug and bin/LoadInBox/debug.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        string program = Path.Combine(here.Parent!.Parent!.FullName, "LoadInBox", here.Name, "LoadInBox.dll");
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using var process = Process.Start(new ProcessStartInfo(dotnet, [program, modelPath, photos, output]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidDataException($"{program} ended with code {process.ExitCode}; see its message above.");
        }
    }
}
