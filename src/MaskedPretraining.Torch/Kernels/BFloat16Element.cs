using System.Numerics;
using System.Runtime.CompilerServices;
using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>bfloat16: the upper half of a single.</summary>
internal readonly unsafe struct BFloat16Element : IElement<ushort>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(ushort* source, out Vector<float> low, out Vector<float> high)
    {
        Vector.Widen(Vector.Load(source), out var first, out var second);
        low = Vector.AsVectorSingle(first << 16);
        high = Vector.AsVectorSingle(second << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ushort* target, Vector<float> low, Vector<float> high) =>
        Vector.Narrow(BFloat16.Round(low), BFloat16.Round(high)).Store(target);
}
