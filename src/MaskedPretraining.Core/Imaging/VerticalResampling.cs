using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MaskedPretraining.Core.Imaging;

/// <summary>The vertical pass of <see cref="PilResampler"/>.</summary>
/// <param name="filter">The kernel.</param>
/// <param name="dots">Multiplies bytes where the processor can; null where it cannot.</param>
internal sealed class VerticalResampling(ResampleFilter filter, VerticalDots? dots)
{
    private readonly ResampleKernel _kernel = new();

    /// <summary>Resamples columns.</summary>
    /// <param name="source">The first row and what follows.</param>
    /// <param name="sourceStride">Bytes from one row to the next.</param>
    /// <param name="inputHeight">Number of rows.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="rowLength">Bytes of a row.</param>
    /// <param name="destination"><c>[height, rowLength]</c>.</param>
    public void Run(ReadOnlySpan<byte> source, int sourceStride, int inputHeight, int height, int rowLength, Span<byte> destination)
    {
        _kernel.Compute(inputHeight, height, filter);
        if (dots is not null && rowLength >= VerticalDots.Block)
        {
            dots.Run(_kernel, source, sourceStride, inputHeight, height, rowLength, destination);
            return;
        }

        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<int> weights = _kernel.Weights.Slice(y * _kernel.Stride, _kernel.Count[y]);
            RunRow(source[(_kernel.First[y] * sourceStride)..], sourceStride, weights, destination.Slice(y * rowLength, rowLength));
        }
    }

    private static void RunRow(ReadOnlySpan<byte> source, int sourceStride, ReadOnlySpan<int> weights, Span<byte> target)
    {
        int x = 0;
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(target);
        for (; x + 16 <= target.Length; x += 16)
        {
            var low = Vector256.Create(ResampleKernel.Half);
            var high = low;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                ref byte place = ref Unsafe.Add(ref from, tap * sourceStride + x);
                var weight = Vector256.Create(weights[tap]);
                low += ResampleVectors.WidenEight(ref place) * weight;
                high += ResampleVectors.WidenEight(ref Unsafe.Add(ref place, 8)) * weight;
            }

            Vector256<ushort> halves = Vector256.Narrow(ToByteRange(low), ToByteRange(high));
            Vector128.Narrow(halves.GetLower(), halves.GetUpper()).StoreUnsafe(ref to, (nuint)x);
        }

        for (; x < target.Length; x++)
        {
            int sum = ResampleKernel.Half;
            for (int tap = 0; tap < weights.Length; tap++)
            {
                sum += source[tap * sourceStride + x] * weights[tap];
            }

            target[x] = (byte)Math.Clamp(sum >> ResampleKernel.FractionBits, 0, 255);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> ToByteRange(Vector256<int> sums) =>
        Vector256.Min(Vector256.Max(sums >> ResampleKernel.FractionBits, Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();
}
