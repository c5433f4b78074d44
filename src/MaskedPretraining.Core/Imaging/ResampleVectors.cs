using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskedPretraining.Core.Imaging;

/// <summary>What both passes of <see cref="PilResampler"/> do with vectors.</summary>
internal static unsafe class ResampleVectors
{
    private const int RowsAhead = 6;
    private const int CacheLine = 64;

    /// <summary>
    /// Asks for a row that is wanted soon. Images come in random order, so that their pixels are in no cache, and a crop's rows are too short and too far apart for the processor to guess the next one.
    /// </summary>
    /// <param name="source">The first row and what follows.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="row">The row at work.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="length">Bytes of a row that are wanted.</param>
    public static void PrefetchAhead(ReadOnlySpan<byte> source, int stride, int row, int rows, int length)
    {
        if (!Sse.IsSupported || row + RowsAhead >= rows)
        {
            return;
        }

        ref byte first = ref Unsafe.AsRef(in source[(row + RowsAhead) * stride]);
        for (int place = 0; place < length; place += CacheLine)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref first, place)));
        }
    }

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
