using System.Diagnostics;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Runtime;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>What this process reaches with nothing but large matrix products, by libtorch on all cores or by a block's way on each: the ceiling for a step.</summary>
internal sealed unsafe class ProductPeak
{
    private const long Size = 1536;
    private const int Rounds = 8;

    /// <summary>Floating-point operations a second in single precision, the best so far.</summary>
    public double Single { get; private set; }

    /// <summary>The same in bfloat16.</summary>
    public double BFloat16 { get; private set; }

    /// <summary>Tries again: between the steps that are compared with it, so that what else runs on the machine disturbs both.</summary>
    public void Measure()
    {
        Single = Math.Max(Single, Best(ScalarType.Float32));
        BFloat16 = Math.Max(BFloat16, Best(ScalarType.BFloat16));
    }

    private static double Best(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var left = rand(Size, Size).to(type);
        var right = rand(Size, Size).to(type);
        double shared = Best(() => left.mm(right).Dispose());
        double apart = type == ScalarType.BFloat16 ? Apart<ushort>(OneDnn.HasBFloat16, left, right) : Apart<float>(OneDnn.HasSingle, left, right);
        return 2.0 * Size * Size * Size * Math.Max(1 / shared, TorchRuntime.Threads / apart);
    }

    // A product a core.
    private static double Apart<T>(bool isThere, Tensor left, Tensor right)
        where T : unmanaged
    {
        if (!isThere)
        {
            return double.PositiveInfinity;
        }

        using var threads = new SingleCoreThreads(TorchRuntime.Threads);
        var results = Enumerable.Range(0, TorchRuntime.Threads).Select(_ => new RowBuffer<float>(Size, Size, ScalarType.Float32)).ToArray();
        var (a, b) = ((nint)TensorMemory.AddressOf(left), (nint)TensorMemory.AddressOf(right));
        double best = Best(() => threads.Run(core => OneDnn.Multiply(transposesLeft: false, transposesRight: false, Size, Size, Size, (T*)a, (T*)b, adds: false, results[core].Memory)));
        Array.ForEach(results, result => result.Dispose());
        return best;
    }

    private static double Best(Action product)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            product();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
