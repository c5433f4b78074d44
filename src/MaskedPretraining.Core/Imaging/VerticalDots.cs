using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskedPretraining.Core.Imaging;

/// <summary>The vertical pass of <see cref="PilResampler"/> with dot products of bytes (AVX-VNNI): 32 columns and four rows at a time.</summary>
internal sealed class VerticalDots
{
    /// <summary>Columns made at a time; a row has to be as long.</summary>
    public const int Block = 32;

    private readonly ResampleDigits _digits = new();
    private nuint[] _offsets = [];

    /// <summary>Resamples columns.</summary>
    /// <param name="kernel">The weights of this axis.</param>
    /// <param name="source">The first row and what follows.</param>
    /// <param name="sourceStride">Bytes from one row to the next.</param>
    /// <param name="inputHeight">Number of rows.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="rowLength">Bytes of a row, at least <see cref="Block"/>.</param>
    /// <param name="destination"><c>[height, rowLength]</c>.</param>
    public void Run(ResampleKernel kernel, ReadOnlySpan<byte> source, int sourceStride, int inputHeight, int height, int rowLength, Span<byte> destination)
    {
        _digits.Split(kernel, height);
        if (_offsets.Length < _digits.Groups * ResampleDigits.GroupLength)
        {
            _offsets = new nuint[_digits.Groups * ResampleDigits.GroupLength];
        }

        Span<nuint> offsets = _offsets.AsSpan(0, _digits.Groups * ResampleDigits.GroupLength);
        ref byte from = ref Unsafe.AsRef(in source[..(((inputHeight - 1) * sourceStride) + rowLength)][0]);
        for (int y = 0; y < height; y++)
        {
            for (int tap = 0; tap < offsets.Length; tap++)
            {
                // Rows past the last have weight 0.
                offsets[tap] = (nuint)(Math.Min(kernel.First[y] + tap, inputHeight - 1) * sourceStride);
            }

            RunRow(ref from, offsets, _digits.Digits.Slice(y * _digits.Groups * ResampleDigits.GroupSize), destination.Slice(y * rowLength, rowLength));
        }
    }

    // Not drawn into its caller, where these loops would share the registers with all others.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunRow(ref byte source, ReadOnlySpan<nuint> offsets, ReadOnlySpan<int> digits, Span<byte> target)
    {
        ref int weights = ref MemoryMarshal.GetReference(digits);
        ref byte to = ref MemoryMarshal.GetReference(target);
        for (int next = 0; next < target.Length; next += Block)
        {
            // The last block may overlap the one before.
            nuint x = (nuint)Math.Min(next, target.Length - Block);
            Vector256<short> even = Sums(ref Unsafe.Add(ref source, x), offsets, ref weights, isUpperHalf: false);
            Vector256<short> odd = Sums(ref Unsafe.Add(ref source, x), offsets, ref weights, isUpperHalf: true);
            Avx2.PackUnsignedSaturate(even, odd).StoreUnsafe(ref to, x);
        }
    }

    // Eight columns of each of the block's two lanes. Half of the block at a time needs no more registers than there are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Sums(ref byte source, ReadOnlySpan<nuint> offsets, ref int digits, bool isUpperHalf)
    {
        Vector256<int> high1 = Vector256<int>.Zero, middle1 = high1, low1 = Vector256.Create(ResampleKernel.Half);
        Vector256<int> high2 = high1, middle2 = high1, low2 = low1;
        for (int tap = 0; tap + 3 < offsets.Length; tap += ResampleDigits.GroupLength)
        {
            Vector256<byte> row1 = Vector256.LoadUnsafe(ref source, offsets[tap]), row2 = Vector256.LoadUnsafe(ref source, offsets[tap + 1]);
            Vector256<byte> row3 = Vector256.LoadUnsafe(ref source, offsets[tap + 2]), row4 = Vector256.LoadUnsafe(ref source, offsets[tap + 3]);
            Vector256<short> upper = (isUpperHalf ? Avx2.UnpackHigh(row1, row2) : Avx2.UnpackLow(row1, row2)).AsInt16();
            Vector256<short> lower = (isUpperHalf ? Avx2.UnpackHigh(row3, row4) : Avx2.UnpackLow(row3, row4)).AsInt16();
            Vector256<byte> taps1 = Avx2.UnpackLow(upper, lower).AsByte(), taps2 = Avx2.UnpackHigh(upper, lower).AsByte();
            Vector256<sbyte> high = Vector256.Create(digits).AsSByte(), middle = Vector256.Create(Unsafe.Add(ref digits, 1)).AsSByte(), low = Vector256.Create(Unsafe.Add(ref digits, 2)).AsSByte();
            (high1, high2) = (AvxVnni.MultiplyWideningAndAdd(high1, taps1, high), AvxVnni.MultiplyWideningAndAdd(high2, taps2, high));
            (middle1, middle2) = (AvxVnni.MultiplyWideningAndAdd(middle1, taps1, middle), AvxVnni.MultiplyWideningAndAdd(middle2, taps2, middle));
            (low1, low2) = (AvxVnni.MultiplyWideningAndAdd(low1, taps1, low), AvxVnni.MultiplyWideningAndAdd(low2, taps2, low));
            digits = ref Unsafe.Add(ref digits, ResampleDigits.GroupSize);
        }

        return Avx2.PackSignedSaturate(Join(high1, middle1, low1), Join(high2, middle2, low2));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Join(Vector256<int> high, Vector256<int> middle, Vector256<int> low) => ((((high << 8) + middle) << 8) + low) >> ResampleKernel.FractionBits;
}
