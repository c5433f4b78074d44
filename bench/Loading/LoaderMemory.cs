using System.Globalization;
using MaskedPretraining.Bench.Pretraining;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Bench.Loading;

/// <summary>How much more memory a large data set takes than a small one: an epoch over cached images of each.</summary>
internal static class LoaderMemory
{
    private const int Small = 1_000;
    private const int Large = 20_000;
    private const int Side = 64;
    private const int Rounds = 4;

    public static void Run(BenchReport report, string scratch)
    {
        long small = long.MaxValue, large = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            large = Math.Min(large, After(Large, scratch));
            small = Math.Min(small, After(Small, scratch));
        }

        report.Setting("memory", $"private memory after an epoch over {Large} cached images of {Side} px beside {Small}, the least of {Rounds} rounds");
        report.Add("loader memory, growth an image", (double)(large - small) / (Large - Small), "bytes");
    }

    private static long After(int count, string scratch)
    {
        using var cache = ImageCache.Open(new NoiseImages(count, Side, 3), Path.Combine(scratch, $"{count}"), new ImageCacheOptions { SourceVersion = "1" });
        LoaderBenchmark.Load(new BatchLoader(cache, VisionTransformerOptions.Tiny(32, 4), new RandomMasking(), new BatchLoaderOptions { Threads = 1 }), 0);
        // What is free goes back to the system, so that only what is held counts.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return PrivateBytes();
    }

    // Pages of mapped files are the operating system's cache and do not count.
    private static long PrivateBytes()
    {
        const string Key = "RssAnon:";
        const string Status = "/proc/self/status";
        string? line = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line is null ? GC.GetTotalMemory(forceFullCollection: true) : 1024 * long.Parse(line[Key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
    }
}
