using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>bfloat16: the upper half of a single.</summary>
internal readonly unsafe struct BFloat16Element : IElement<ushort>
{
    // AVX-512 shortens sixteen numbers with one instruction, where two halves take a handful.
    private static bool IsWide => Avx512F.IsSupported && Vector<float>.Count == Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(ushort* source, out Vector<float> low, out Vector<float> high)
    {
        Vector.Widen(Vector.Load(source), out var first, out var second);
        low = Vector.AsVectorSingle(first << 16);
        high = Vector.AsVectorSingle(second << 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ushort* target, Vector<float> low, Vector<float> high)
    {
        if (IsWide)
        {
            var rounded = BFloat16.Round(Vector512.Create(low.AsVector256(), high.AsVector256()));
            Avx512F.ConvertToVector256UInt16(rounded).Store(target);
            return;
        }

        Vector.Narrow(BFloat16.Round(low), BFloat16.Round(high)).Store(target);
    }
}
