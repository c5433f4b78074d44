using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MaskedPretraining.Bench.Device;

/// <summary>What NVIDIA's own program says of the first GPU.</summary>
internal static class NvidiaTool
{
    /// <summary>Its name and driver; null if there is none.</summary>
    public static string? Device() => Ask("name,driver_version");

    /// <summary>Memory in use by all programs; null if there is no GPU. libtorch gives none back, so that it is the most that there was.</summary>
    public static int? UsedMebibytes() => int.TryParse(Ask("memory.used"), CultureInfo.InvariantCulture, out int used) ? used : null;

    private static string? Ask(string what)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("nvidia-smi", ["--query-gpu=" + what, "--format=csv,noheader,nounits", "--id=0"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string line = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 && line.Length > 0 ? line : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
