using System.Runtime.InteropServices;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>Weights with a factor folded in.</summary>
internal static class ScaledSingles
{
    /// <summary>Multiplies little-endian single-precision numbers by a factor, rounding once.</summary>
    public static ReadOnlyMemory<byte> Multiply(ReadOnlyMemory<byte> singles, double factor)
    {
        byte[] result = singles.ToArray();
        foreach (ref float value in MemoryMarshal.Cast<byte, float>(result.AsSpan()))
        {
            value = (float)(value * factor);
        }

        return result;
    }
}
