using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskedPretraining.Core.Imaging;

/// <summary>What both passes of <see cref="PilResampler"/> do with vectors.</summary>
internal static class ResampleVectors
{
    /// <summary>Eight bytes as eight integers.</summary>
    /// <param name="place">The first byte; the seven that follow are read as well.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> WidenEight(ref byte place)
    {
        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref place)).AsByte();
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int32(bytes);
        }

        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.WidenLower(bytes));
        return Vector256.Create(lower, upper).AsInt32();
    }
}
