using System.Diagnostics;
using MaskedPretraining.Bench.Results;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Attention;

/// <summary>Images a second of TokenCut, from keys to the cut, next to a dense double-precision solver called image by image in the same process.</summary>
internal static class TokenCutBenchmark
{
    // Rounds alternate, and images go in small chunks, so that what else runs on the machine disturbs both alike; of each chunk the least disturbed round counts.
    private const int Rounds = 8;
    private const int Images = 256;
    private const int Chunk = 32;
    private const int Width = 384; // ViT-S, as TokenCut takes it
    private static readonly PatchGrid Grid = new(14, 14);

    public static void Run(BenchReport report)
    {
        float[] keys = KeyImages.Make(Grid, Width, Images);
        int length = Grid.Count * Width;
        var cut = new TokenCut(Grid, Width);
        var maps = new TokenCutMap[Images];
        var references = new (bool[] Partition, double Eigenvalue)[Images];
        void CutOurs(int first) => cut.Segment(keys.AsMemory(first * length, Chunk * length)).CopyTo(maps, first);
        void CutDense(int first)
        {
            for (int image = first; image < first + Chunk; image++)
            {
                references[image] = DenseTokenCut.Cut(keys.AsSpan(image * length, length), Width);
            }
        }

        void CutDenseAlone(int first)
        {
            // Threads that have to be woken for every small operation may cost more than they bring; the baseline is given what suits it.
            int threads = get_num_threads();
            set_num_threads(1);
            CutDense(first);
            set_num_threads(threads);
        }

        var (ours, dense) = (Measure(CutOurs), Fastest(Measure(CutDense), Measure(CutDenseAlone)));
        for (int round = 1; round < Rounds; round++)
        {
            (ours, dense) = (Fastest(ours, Measure(CutOurs)), Fastest(dense, Fastest(Measure(CutDense), Measure(CutDenseAlone))));
        }

        int cuts = maps.Count(map => !map.IsDegenerate);
        int same = maps.Zip(references).Count(pair => pair.First.Region is { } region && region.Partition.AsSpan().SequenceEqual(pair.Second.Partition));
        double difference = maps.Zip(references).Max(pair => Math.Abs(pair.First.SecondEigenvalue - pair.Second.Eigenvalue));
        report.Setting("images", $"{Images} of {Grid.Count} patches with keys of {Width} numbers; {Images - cuts} degenerate");
        report.Setting("rounds", Rounds);
        report.Add("tokencut same partition", (double)same / cuts, "share");
        report.Add("tokencut second eigenvalues differ by at most", difference, "absolute");
        report.Add("tokencut dense", Images / dense.Sum(), "images/s");
        report.Add("tokencut ours", Images / ours.Sum(), "images/s");
        report.Ratio("tokencut", dense.Sum() / ours.Sum(), "a dense eigensolver image by image");
    }

    /// <summary>Seconds of each chunk.</summary>
    private static double[] Measure(Action<int> work) => [.. Enumerable.Range(0, Images / Chunk).Select(chunk => Seconds(() => work(chunk * Chunk)))];

    private static double[] Fastest(double[] one, double[] other) => [.. one.Zip(other, Math.Min)];

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
