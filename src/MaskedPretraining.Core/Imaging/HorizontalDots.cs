using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskedPretraining.Core.Imaging;

/// <summary>The horizontal pass of <see cref="PilResampler"/> over pixels of three bytes with dot products of bytes (AVX-VNNI): two rows and four pixels at a time.</summary>
internal sealed class HorizontalDots
{
    /// <summary>Pixels made at a time; a row has to be as long.</summary>
    public const int Block = 4;

    /// <summary>Bytes after a row that are overwritten.</summary>
    public const int Spare = 4;

    private const int Channels = 3;
    private const int LoadLength = 16;
    private readonly ResampleDigits _digits = new();
    private byte[] _rows = [];

    // Red, green and blue of four pixels, each together.
    private static Vector256<byte> ByChannel => Vector256.Create(Lane, Lane);

    private static Vector128<byte> Lane => Vector128.Create((byte)0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, 0x80, 0x80, 0x80, 0x80);

    // Four pixels of four bytes to four of three.
    private static Vector256<byte> Close => Vector256.Create(CloseLane, CloseLane);

    private static Vector128<byte> CloseLane => Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0x80, 0x80, 0x80, 0x80);

    /// <summary>Resamples rows.</summary>
    /// <param name="kernel">The weights of this axis.</param>
    /// <param name="source">The first row and what follows.</param>
    /// <param name="sourceStride">Bytes from one row to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="inputWidth">Pixels of a row.</param>
    /// <param name="width">Pixels wanted, at least <see cref="Block"/>.</param>
    /// <param name="target"><c>[rows, targetStride]</c>.</param>
    /// <param name="targetStride">Bytes from one row to the next: those of a row and <see cref="Spare"/>.</param>
    public void Run(ResampleKernel kernel, ReadOnlySpan<byte> source, int sourceStride, int rows, int inputWidth, int width, Span<byte> target, int targetStride)
    {
        _digits.Split(kernel, width);
        // Loads go past the last tap, and past the end of the last rows.
        int reach = ((inputWidth + (_digits.Groups * ResampleDigits.GroupLength)) * Channels) + LoadLength;
        if (_rows.Length < 2 * reach)
        {
            _rows = new byte[2 * reach];
        }

        for (int y = 0; y < rows; y += 2)
        {
            int second = Math.Min(y + 1, rows - 1);
            ResampleVectors.PrefetchAhead(source, sourceStride, y, rows, inputWidth * Channels);
            ResampleVectors.PrefetchAhead(source, sourceStride, second, rows, inputWidth * Channels);
            if (reach <= source.Length - (second * sourceStride))
            {
                Run(kernel.First, width, ref Unsafe.AsRef(in source[y * sourceStride]), ref Unsafe.AsRef(in source[second * sourceStride]), target, y * targetStride, second * targetStride);
            }
            else
            {
                source.Slice(y * sourceStride, inputWidth * Channels).CopyTo(_rows);
                source.Slice(second * sourceStride, inputWidth * Channels).CopyTo(_rows.AsSpan(reach));
                Run(kernel.First, width, ref _rows[0], ref _rows[reach], target, y * targetStride, second * targetStride);
            }
        }
    }

    // Not drawn into its caller, where these loops would share the registers with all others.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Run(ReadOnlySpan<int> first, int width, ref byte upper, ref byte lower, Span<byte> target, int upperTarget, int lowerTarget)
    {
        int groups = _digits.Groups;
        ref int digits = ref MemoryMarshal.GetReference(_digits.Digits);
        ref byte to = ref target[..(lowerTarget + (width * Channels) + Spare)][0];
        int stride = groups * ResampleDigits.GroupSize;
        for (int next = 0; next < width; next += Block)
        {
            // The last block may overlap the one before.
            int x = Math.Min(next, width - Block);
            var sums = (Sum(ref upper, ref lower, groups, first[x], ref Unsafe.Add(ref digits, x * stride)), Sum(ref upper, ref lower, groups, first[x + 1], ref Unsafe.Add(ref digits, (x + 1) * stride)),
                Sum(ref upper, ref lower, groups, first[x + 2], ref Unsafe.Add(ref digits, (x + 2) * stride)), Sum(ref upper, ref lower, groups, first[x + 3], ref Unsafe.Add(ref digits, (x + 3) * stride)));
            Vector256<byte> pixels = Avx2.Shuffle(Avx2.PackUnsignedSaturate(Avx2.PackSignedSaturate(sums.Item1, sums.Item2), Avx2.PackSignedSaturate(sums.Item3, sums.Item4)), Close);
            pixels.GetLower().StoreUnsafe(ref to, (nuint)(upperTarget + (x * Channels)));
            pixels.GetUpper().StoreUnsafe(ref to, (nuint)(lowerTarget + (x * Channels)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Sum(ref byte upper, ref byte lower, int groups, int first, ref int digits)
    {
        Vector256<int> high = Vector256<int>.Zero, middle = Vector256<int>.Zero, low = Vector256.Create(ResampleKernel.Half);
        nuint from = (nuint)(first * Channels);
        for (int group = 0; group < groups; group++, from += ResampleDigits.GroupLength * Channels)
        {
            Vector256<byte> taps = Avx2.Shuffle(Vector256.Create(Vector128.LoadUnsafe(ref upper, from), Vector128.LoadUnsafe(ref lower, from)), ByChannel);
            high = AvxVnni.MultiplyWideningAndAdd(high, taps, Vector256.Create(digits).AsSByte());
            middle = AvxVnni.MultiplyWideningAndAdd(middle, taps, Vector256.Create(Unsafe.Add(ref digits, 1)).AsSByte());
            low = AvxVnni.MultiplyWideningAndAdd(low, taps, Vector256.Create(Unsafe.Add(ref digits, 2)).AsSByte());
            digits = ref Unsafe.Add(ref digits, ResampleDigits.GroupSize);
        }

        return ((((high << 8) + middle) << 8) + low) >> ResampleKernel.FractionBits;
    }
}
