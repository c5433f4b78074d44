using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// Resizes eight-bit images to the very bytes that Pillow's <c>Image.resize</c> returns: the box is cut out first, the kernel's support grows with the
/// shrink factor, weights have 22 fraction bits, the horizontal pass comes first and is rounded to bytes, an axis that keeps its size is skipped.
/// </summary>
/// <remarks>Keeps its buffers from image to image. Not thread safe: one a thread.</remarks>
public sealed class PilResampler
{
    private readonly ResampleFilter _filter;
    private readonly ResampleKernel _horizontal = new();
    private readonly ResampleKernel _vertical = new();
    private byte[] _narrowed = [];
    private byte[] _row = [];

    /// <summary>Creates a resampler.</summary>
    /// <param name="filter">The kernel.</param>
    public PilResampler(ResampleFilter filter) => _filter = filter;

    /// <summary>Cuts a box out of an image and resizes it.</summary>
    /// <param name="image">The image, any number of channels (three are fastest).</param>
    /// <param name="box">What to cut out; lies inside the image. Pixels outside it are not used.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the image, or a side is below 1.</exception>
    public RgbImage Resize(RgbImage image, CropBox box, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        byte[] pixels = new byte[height * width * image.Channels];
        Resize(image, box, height, width, pixels);
        return new RgbImage(width, height, pixels, image.Channels);
    }

    /// <summary>Cuts a box out of an image and resizes it into a buffer.</summary>
    /// <param name="image">The image.</param>
    /// <param name="box">What to cut out; lies inside the image.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <param name="destination"><c>[height, width, channels]</c> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The box leaves the image, or a side is below 1.</exception>
    /// <exception cref="ArgumentException">The destination has another size.</exception>
    public void Resize(RgbImage image, CropBox box, int height, int width, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (box.Top < 0 || box.Left < 0 || box.Height < 1 || box.Width < 1 || box.Top > image.Height - box.Height || box.Left > image.Width - box.Width)
        {
            throw new ArgumentOutOfRangeException(nameof(box), box, $"The box must lie inside the image of {image.Width}x{image.Height} pixels.");
        }

        if (destination.Length != height * width * image.Channels)
        {
            throw new ArgumentException($"{height}x{width} pixels of {image.Channels} channels need {height * width * image.Channels} bytes, but the destination has {destination.Length}.", nameof(destination));
        }

        int sourceStride = image.Width * image.Channels;
        ReadOnlySpan<byte> source = image.Pixels.AsSpan((box.Top * image.Width + box.Left) * image.Channels);
        if (box.Width != width)
        {
            int narrowedStride = width * image.Channels;
            // The vector path stores four bytes a pixel of three, so the last pixel needs one more.
            Grow(ref _narrowed, box.Height * narrowedStride + 4);
            Narrow(source, sourceStride, box, width, image.Channels);
            source = _narrowed;
            sourceStride = narrowedStride;
        }

        Shorten(source, sourceStride, box.Height, height, width * image.Channels, destination);
    }

    private void Narrow(ReadOnlySpan<byte> source, int sourceStride, CropBox box, int width, int channels)
    {
        _horizontal.Compute(box.Width, width, _filter);
        ReadOnlySpan<int> quadrupledWeights = channels == 3 ? _horizontal.QuadrupledWeights() : default;
        for (int y = 0; y < box.Height; y++)
        {
            ReadOnlySpan<byte> row = source.Slice(y * sourceStride, box.Width * channels);
            Span<byte> narrowed = _narrowed.AsSpan(y * width * channels);
            if (channels == 3)
            {
                NarrowRgbRow(row, box.Width, width, quadrupledWeights, narrowed);
            }
            else
            {
                NarrowRow(row, width, channels, narrowed);
            }
        }
    }

    private void NarrowRow(ReadOnlySpan<byte> row, int width, int channels, Span<byte> narrowed)
    {
        for (int x = 0; x < width; x++)
        {
            ReadOnlySpan<int> weights = _horizontal.Weights.Slice(x * _horizontal.Stride, _horizontal.Count[x]);
            for (int channel = 0; channel < channels; channel++)
            {
                int sum = ResampleKernel.Half;
                int from = _horizontal.First[x] * channels + channel;
                for (int tap = 0; tap < weights.Length; tap++)
                {
                    sum += row[from + tap * channels] * weights[tap];
                }

                narrowed[x * channels + channel] = (byte)Math.Clamp(sum >> ResampleKernel.FractionBits, 0, 255);
            }
        }
    }

    // Pixels are widened to four bytes once a row; then one 16-byte load brings four taps. Weights past the last tap are 0.
    private void NarrowRgbRow(ReadOnlySpan<byte> row, int inputWidth, int width, ReadOnlySpan<int> quadrupledWeights, Span<byte> narrowed)
    {
        Grow(ref _row, (inputWidth + 4) * 4);
        Quadruple(row, inputWidth, _row);
        ref byte pixels = ref MemoryMarshal.GetArrayDataReference(_row);
        ref int weights = ref MemoryMarshal.GetReference(quadrupledWeights);
        ref byte target = ref narrowed[..(width * 3 + 1)][0];
        ReadOnlySpan<int> first = _horizontal.First;
        ReadOnlySpan<int> count = _horizontal.Count;
        int stride = _horizontal.Stride * 4;
        for (int x = 0; x < width; x++)
        {
            ref byte from = ref Unsafe.Add(ref pixels, first[x] * 4);
            ref int weight = ref Unsafe.Add(ref weights, x * stride);
            Vector128<int> sum = (Taps(ref from, ref weight, count[x]) + Vector128.Create(ResampleKernel.Half)) >> ResampleKernel.FractionBits;
            sum = Vector128.Min(Vector128.Max(sum, Vector128<int>.Zero), Vector128.Create(255));
            Vector128<ushort> halves = Vector128.Narrow(sum.AsUInt32(), sum.AsUInt32());
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, x * 3), Vector128.Narrow(halves, halves).AsUInt32().ToScalar());
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
                sum += WidenEight(ref Unsafe.Add(ref from, tap * 4)) * Vector256.LoadUnsafe(ref weight, (nuint)(tap * 4));
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

    private void Shorten(ReadOnlySpan<byte> source, int sourceStride, int inputHeight, int height, int rowBytes, Span<byte> destination)
    {
        if (inputHeight == height)
        {
            for (int y = 0; y < height; y++)
            {
                source.Slice(y * sourceStride, rowBytes).CopyTo(destination[(y * rowBytes)..]);
            }

            return;
        }

        _vertical.Compute(inputHeight, height, _filter);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<int> weights = _vertical.Weights.Slice(y * _vertical.Stride, _vertical.Count[y]);
            ShortenRow(source[(_vertical.First[y] * sourceStride)..], sourceStride, weights, destination.Slice(y * rowBytes, rowBytes));
        }
    }

    private static void ShortenRow(ReadOnlySpan<byte> source, int sourceStride, ReadOnlySpan<int> weights, Span<byte> target)
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
                low += WidenEight(ref place) * weight;
                high += WidenEight(ref Unsafe.Add(ref place, 8)) * weight;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> WidenEight(ref byte place)
    {
        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref place)).AsByte();
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int32(bytes);
        }

        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.WidenLower(bytes));
        return Vector256.Create(lower, upper).AsInt32();
    }

    private static void Grow(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new byte[length];
        }
    }
}
