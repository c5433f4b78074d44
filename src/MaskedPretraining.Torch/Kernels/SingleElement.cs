using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>Single precision.</summary>
internal readonly unsafe struct SingleElement : IElement<float>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load(float* source, out Vector<float> low, out Vector<float> high)
    {
        low = Vector.Load(source);
        high = Vector.Load(source + Vector<float>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector<float> low, Vector<float> high)
    {
        low.Store(target);
        high.Store(target + Vector<float>.Count);
    }
}
