using System.Numerics;
using System.Runtime.Intrinsics;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>bfloat16 as the upper half of a single: rounding to nearest, ties to even, as libtorch rounds.</summary>
internal static class BFloat16
{
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <remarks>No care for NaN: a step with a NaN loss is never taken.</remarks>
    public static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>The rounded halves in the lower 16 bits of each lane.</summary>
    public static Vector<uint> Round(Vector<float> values)
    {
        var bits = Vector.AsVectorUInt32(values);
        return (bits + new Vector<uint>(0x7FFF) + ((bits >> 16) & Vector<uint>.One)) >> 16;
    }

    /// <inheritdoc cref="Round(Vector{float})"/>
    public static Vector512<uint> Round(Vector512<float> values)
    {
        var bits = values.AsUInt32();
        return (bits + Vector512.Create(0x7FFFu) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
    }
}
