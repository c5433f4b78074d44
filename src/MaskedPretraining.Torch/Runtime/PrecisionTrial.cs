using System.Diagnostics;
using MaskedPretraining.Torch.Kernels;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Runtime;

/// <summary>Decides <see cref="ComputePrecision.Auto"/>: times one product in single precision and in bfloat16, once a process and device.</summary>
internal static class PrecisionTrial
{
    // The shape of a small transformer's MLP: rows of a batch, width, four times the width.
    private const long Rows = 2048;
    private const long Inner = 256;
    private const long Columns = 1024;
    private const int Rounds = 5;

    // A product that is large enough for a GPU to take longer than it takes to start it.
    private const long CudaFactor = 4;

    // bfloat16 is either emulated (slower than this) or in hardware (2 to 8 times as fast); a factor between them keeps noise from deciding.
    private const double WorthwhileSpeedup = 1.3;

    // 8 significant bits leave an error of 0.2 % of the product's numbers; a broken kernel is off by far more.
    private const double SoundError = 0.02;

    // Makes neighbouring angles unlike each other: sums of smooth waves cancel, and an error would be told by what little is left.
    private const double Scrambling = 1e4;

    private static readonly Lock Guard = new();
    private static readonly Dictionary<DeviceType, ScalarType> Decided = [];

    /// <summary>The element type that <paramref name="precision"/> stands for on <paramref name="device"/>.</summary>
    public static ScalarType Resolve(ComputePrecision precision, Device device)
    {
        switch (precision)
        {
            case ComputePrecision.Float32:
                return ScalarType.Float32;
            case ComputePrecision.BFloat16:
                return ScalarType.BFloat16;
            default:
                lock (Guard)
                {
                    if (!Decided.TryGetValue(device.type, out var decided))
                    {
                        Decided[device.type] = decided = Decide(device);
                    }

                    return decided;
                }
        }
    }

    /// <summary>The mean error of the trial's product in bfloat16, as a part of the product's mean size.</summary>
    internal static double BFloat16Error(Device device)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (left, right) = Factors(device);
        return Error(left, right, left.to(ScalarType.BFloat16), right.to(ScalarType.BFloat16));
    }

    private static ScalarType Decide(Device device)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (left, right) = Factors(device);
        try
        {
            var (halfLeft, halfRight) = (left.to(ScalarType.BFloat16), right.to(ScalarType.BFloat16));
            double error = Error(left, right, halfLeft, halfRight);
            double single = double.MaxValue, half = double.MaxValue;
            for (int i = 0; i < Rounds; i++)
            {
                single = Math.Min(single, SecondsOf(left, right, device));
                half = Math.Min(half, SecondsOf(halfLeft, halfRight, device));
            }

            return error < SoundError && single > WorthwhileSpeedup * half ? ScalarType.BFloat16 : ScalarType.Float32;
        }
        catch (System.Runtime.InteropServices.ExternalException)
        {
            return ScalarType.Float32; // this libtorch has no bfloat16 product on this device
        }
    }

    private static double Error(Tensor left, Tensor right, Tensor halfLeft, Tensor halfRight)
    {
        var exact = Product(left, right);
        return (Product(halfLeft, halfRight).to(ScalarType.Float32) - exact).abs().mean().ToDouble() / exact.abs().mean().ToDouble();
    }

    // Fixed values, so that no global generator moves.
    private static (Tensor Left, Tensor Right) Factors(Device device)
    {
        long factor = device.type == DeviceType.CUDA ? CudaFactor : 1;
        return (Waves(factor * Rows, factor * Inner, 0.37, device), Waves(factor * Inner, factor * Columns, 1.93, device));
    }

    private static Tensor Waves(long rows, long columns, double step, Device device) =>
        arange(rows * columns, ScalarType.Float32, device).mul_(step).sin_().mul_(Scrambling).sin_().view(rows, columns);

    private static double SecondsOf(Tensor left, Tensor right, Device device)
    {
        long start = Stopwatch.GetTimestamp();
        using (Product(left, right))
        {
            if (device.type == DeviceType.CUDA)
            {
                cuda.synchronize(device);
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // As the blocks will make it.
    private static unsafe Tensor Product(Tensor left, Tensor right)
    {
        bool isSingle = left.dtype == ScalarType.Float32;
        if (left.device_type != DeviceType.CPU || !(isSingle ? OneDnn.HasSingle : OneDnn.HasBFloat16))
        {
            return left.mm(right);
        }

        var product = empty(Rows, Columns, ScalarType.Float32);
        void* a = TensorMemory.AddressOf(left), b = TensorMemory.AddressOf(right);
        float* c = (float*)TensorMemory.AddressOf(product);
        if (isSingle)
        {
            OneDnn.Multiply(transposesLeft: false, transposesRight: false, Rows, Columns, Inner, (float*)a, (float*)b, adds: false, c);
        }
        else
        {
            OneDnn.Multiply(transposesLeft: false, transposesRight: false, Rows, Columns, Inner, (ushort*)a, (ushort*)b, adds: false, c);
        }

        return product;
    }
}
