using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskedPretraining.Core.Imaging;

/// <summary>The horizontal pass of <see cref="PilResampler"/>.</summary>
/// <param name="filter">The kernel.</param>
/// <param name="dots">Multiplies bytes where the processor can; null where it cannot.</param>
internal sealed class HorizontalResampling(ResampleFilter filter, HorizontalDots? dots)
{
    private readonly ResampleKernel _kernel = new();
    private byte[] _result = [];
    private byte[] _row = [];

    /// <summary>Resamples rows.</summary>
    /// <param name="source">The first row and what follows.</param>
    /// <param name="sourceStride">Bytes from one row to the next.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="inputWidth">Pixels of a row.</param>
    /// <param name="width">Pixels wanted.</param>
    /// <param name="channels">Bytes a pixel.</param>
    /// <param name="mirrored">Whether the result is mirrored left to right.</param>
    /// <param name="stride">Bytes from one row of the result to the next.</param>
    /// <returns><c>[rows, stride]</c>, of which the first <c>width * channels</c> bytes of a row count; valid until the next call.</returns>
    public ReadOnlySpan<byte> Run(ReadOnlySpan<byte> source, int sourceStride, int rows, int inputWidth, int width, int channels, bool mirrored, out int stride)
    {
        _kernel.Compute(inputWidth, width, filter, mirrored);
        // The vector paths store whole words.
        stride = (width * channels) + HorizontalDots.Spare;
        Grow(ref _result, rows * stride);
        if (dots is not null && channels == 3 && width >= HorizontalDots.Block)
        {
            dots.Run(_kernel, source, sourceStride, rows, inputWidth, width, _result, stride);
            return _result;
        }

        ReadOnlySpan<int> quadrupledWeights = channels == 3 ? _kernel.QuadrupledWeights() : default;
        for (int y = 0; y < rows; y++)
        {
            ResampleVectors.PrefetchAhead(source, sourceStride, y, rows, inputWidth * channels);
            ReadOnlySpan<byte> row = source.Slice(y * sourceStride, inputWidth * channels);
            Span<byte> target = _result.AsSpan(y * stride);
            if (channels == 3)
            {
                RunRgbRow(row, inputWidth, width, quadrupledWeights, target);
            }
            else
            {
                RunRow(row, width, channels, target);
            }
        }

        return _result;
    }

    private void RunRow(ReadOnlySpan<byte> row, int width, int channels, Span<byte> target)
    {
        for (int x = 0; x < width; x++)
        {
            ReadOnlySpan<int> weights = _kernel.Weights.Slice(x * _kernel.Stride, _kernel.Count[x]);
            for (int channel = 0; channel < channels; channel++)
            {
                int sum = ResampleKernel.Half;
                int from = _kernel.First[x] * channels + channel;
                for (int tap = 0; tap < weights.Length; tap++)
                {
                    sum += row[from + tap * channels] * weights[tap];
                }

                target[x * channels + channel] = (byte)Math.Clamp(sum >> ResampleKernel.FractionBits, 0, 255);
            }
        }
    }

    // Pixels are widened to four bytes once a row; then one 16-byte load brings four taps. Weights past the last tap are 0.
    private void RunRgbRow(ReadOnlySpan<byte> row, int inputWidth, int width, ReadOnlySpan<int> quadrupledWeights, Span<byte> target)
    {
        Grow(ref _row, (inputWidth + 4) * 4);
        Quadruple(row, inputWidth, _row);
        ref byte pixels = ref MemoryMarshal.GetArrayDataReference(_row);
        ref int weights = ref MemoryMarshal.GetReference(quadrupledWeights);
        ref byte to = ref target[..(width * 3 + 1)][0];
        ReadOnlySpan<int> first = _kernel.First;
        ReadOnlySpan<int> count = _kernel.Count;
        int stride = _kernel.Stride * 4;
        for (int x = 0; x < width; x++)
        {
            ref byte from = ref Unsafe.Add(ref pixels, first[x] * 4);
            ref int weight = ref Unsafe.Add(ref weights, x * stride);
            Vector128<int> sum = (Taps(ref from, ref weight, count[x]) + Vector128.Create(ResampleKernel.Half)) >> ResampleKernel.FractionBits;
            sum = Vector128.Min(Vector128.Max(sum, Vector128<int>.Zero), Vector128.Create(255));
            Vector128<ushort> halves = Vector128.Narrow(sum.AsUInt32(), sum.AsUInt32());
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, x * 3), Vector128.Narrow(halves, halves).AsUInt32().ToScalar());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Taps(ref byte from, ref int weight, int count)
    {
        Vector256<int> sum;
        if (Avx512F.IsSupported)
        {
            var wide = Vector512<int>.Zero;
            for (int tap = 0; tap < count; tap += 4)
            {
                wide += Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref from, (nuint)(tap * 4))) * Vector512.LoadUnsafe(ref weight, (nuint)(tap * 4));
            }

            sum = wide.GetLower() + wide.GetUpper();
        }
        else
        {
            sum = Vector256<int>.Zero;
            for (int tap = 0; tap < count; tap += 2)
            {
                sum += ResampleVectors.WidenEight(ref Unsafe.Add(ref from, tap * 4)) * Vector256.LoadUnsafe(ref weight, (nuint)(tap * 4));
            }
        }

        return sum.GetLower() + sum.GetUpper();
    }

    private static void Quadruple(ReadOnlySpan<byte> row, int width, Span<byte> quadrupled)
    {
        int x = 0;
        ref byte from = ref MemoryMarshal.GetReference(row);
        ref byte to = ref MemoryMarshal.GetReference(quadrupled);
        for (; x * 3 + 16 <= row.Length; x += 4)
        {
            Vector128<byte> four = Vector128.Shuffle(Vector128.LoadUnsafe(ref from, (nuint)(x * 3)), Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255));
            four.StoreUnsafe(ref to, (nuint)(x * 4));
        }

        for (; x < width; x++)
        {
            (quadrupled[x * 4], quadrupled[x * 4 + 1], quadrupled[x * 4 + 2]) = (row[x * 3], row[x * 3 + 1], row[x * 3 + 2]);
        }
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            // Crops differ in size; doubling ends the search for room after a few of them.
            buffer = GC.AllocateUninitializedArray<byte>(Math.Max(length, 2 * buffer.Length));
        }
    }
}
