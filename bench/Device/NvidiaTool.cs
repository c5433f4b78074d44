using System.Globalization;
using MaskedPretraining.Bench.Processes;

namespace MaskedPretraining.Bench.Device;

/// <summary>What NVIDIA's own program says of the first GPU that this process may use.</summary>
internal static class NvidiaTool
{
    /// <summary>Its name and driver; null if there is none.</summary>
    public static string? Device() => Ask("name,driver_version");

    /// <summary>Memory in use by all programs; null if there is no GPU. libtorch gives none back, so that it is the most that there was.</summary>
    public static int? UsedMebibytes() => int.TryParse(Ask("memory.used"), CultureInfo.InvariantCulture, out int used) ? used : null;

    private static string? Ask(string what)
    {
        string first = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES") is { Length: > 0 } visible ? visible.Split(',')[0] : "0";
        return OtherProgram.Run("nvidia-smi", ["--query-gpu=" + what, "--format=csv,noheader,nounits", "--id=" + first]) is { ExitCode: 0, Lines: [var line, ..] } ? line.Trim() : null;
    }
}
