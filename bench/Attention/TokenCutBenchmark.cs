using System.Diagnostics;
using System.Globalization;
using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Runtime;

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

    public static void Run()
    {
        Console.WriteLine(TorchRuntime.Description);
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

        var (ours, dense) = (Measure(CutOurs), Measure(CutDense));
        for (int round = 1; round < Rounds; round++)
        {
            (ours, dense) = (ours.Zip(Measure(CutOurs), Math.Min).ToArray(), dense.Zip(Measure(CutDense), Math.Min).ToArray());
        }

        int cuts = maps.Count(map => !map.IsDegenerate);
        int same = maps.Zip(references).Count(pair => pair.First.Region is { } region && region.Partition.AsSpan().SequenceEqual(pair.Second.Partition));
        double difference = maps.Zip(references).Max(pair => Math.Abs(pair.First.SecondEigenvalue - pair.Second.Eigenvalue));
        Write("images", $"{Images} of {Grid.Count} patches with keys of {Width} numbers, {Environment.ProcessorCount} cores; {Images - cuts} degenerate");
        Write("same partition", $"{same} of {cuts}; eigenvalues differ by {difference:G2} at most");
        Write("tokencut dense", $"{Images / dense.Sum():F0} images/s");
        Write("tokencut ours", $"{Images / ours.Sum():F0} images/s");
        Write("tokencut", $"{dense.Sum() / ours.Sum():F1} ratio");
    }

    /// <summary>Seconds of each chunk.</summary>
    private static double[] Measure(Action<int> work) => [.. Enumerable.Range(0, Images / Chunk).Select(chunk => Seconds(() => work(chunk * Chunk)))];

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Write(string name, FormattableString value) => Console.WriteLine($"{name}: {value.ToString(CultureInfo.InvariantCulture)}");
}
