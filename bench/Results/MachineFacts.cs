using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Bench.Results;

/// <summary>What a figure was measured on.</summary>
internal static class MachineFacts
{
    /// <summary>Processor, memory, system and versions, a line each.</summary>
    public static SortedDictionary<string, string> Read() => new(StringComparer.Ordinal)
    {
        ["processor"] = $"{Processor()}, {Environment.ProcessorCount} processors{Extensions()}",
        ["memory"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB",
        ["system"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}",
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["library"] = typeof(TorchRuntime).Assembly.GetName().Version!.ToString(3),
        ["torch"] = TorchRuntime.Description,
        ["load"] = Load(),
    };

    private static string Processor()
    {
        const string Key = "model name";
        return File.Exists("/proc/cpuinfo")
            && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string Extensions() => Avx512F.IsSupported ? ", AVX-512" : Avx2.IsSupported ? ", AVX2" : "";

    // How busy the machine was: with other work on it, only ratios mean something.
    private static string Load() => File.Exists("/proc/loadavg") ? $"{File.ReadAllText("/proc/loadavg").Split(' ')[0]} in the last minute" : "unknown";
}
