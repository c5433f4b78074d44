using System.Diagnostics;
using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>What this process reaches with nothing but a large matrix product: the ceiling for a step.</summary>
internal static class ProductPeak
{
    private const long Size = 1536;
    private const int Rounds = 8;

    /// <summary>Floating-point operations a second, the best of several.</summary>
    public static double Measure(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var left = rand(Size, Size).to(type);
        var right = rand(Size, Size).to(type);
        double best = double.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            left.mm(right).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * Size * Size * Size / best;
    }
}
