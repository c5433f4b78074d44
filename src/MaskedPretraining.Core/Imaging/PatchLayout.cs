using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// Moves pixels between the layout of images, <c>[H, W, C]</c>, and the layout of patches, <c>[N, P*P*C]</c>: element <c>(y*P + x)*C + c</c> of a patch,
/// channel fastest, the order of MAE's targets (SimMIM's puts the channel first). Patch number = row * columns + column.
/// </summary>
public static class PatchLayout
{
    /// <summary>Cuts an image into patches, mirrored left to right if asked.</summary>
    /// <param name="image"><c>[H, W, C]</c> with H and W multiples of the patch side.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="patchSize">Side P of a patch in pixels.</param>
    /// <param name="channels">C.</param>
    /// <param name="flip">Whether to mirror the image first.</param>
    /// <param name="patches"><c>[N, P*P*C]</c>.</param>
    /// <typeparam name="T">Type of a pixel's element.</typeparam>
    /// <exception cref="ArgumentException">A buffer has another size.</exception>
    public static void ToPatches<T>(ReadOnlySpan<T> image, PatchGrid grid, int patchSize, int channels, bool flip, Span<T> patches)
    {
        int strip = patchSize * channels;
        Check(image.Length, patches.Length, grid, strip * patchSize);
        if (typeof(T) == typeof(byte) && !flip && strip >= Vector128<byte>.Count)
        {
            CopyStrips(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(image)), grid, patchSize, strip, ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(patches)));
            return;
        }

        for (int row = 0; row < grid.Rows * patchSize; row++)
        {
            ReadOnlySpan<T> line = image.Slice(row * grid.Columns * strip, grid.Columns * strip);
            Span<T> target = patches[(row / patchSize * grid.Columns * patchSize * strip + row % patchSize * strip)..];
            for (int column = 0; column < grid.Columns; column++)
            {
                Span<T> place = target.Slice(column * patchSize * strip, strip);
                if (flip)
                {
                    Mirror(line.Slice((grid.Columns - 1 - column) * strip, strip), channels, place);
                }
                else
                {
                    line.Slice(column * strip, strip).CopyTo(place);
                }
            }
        }
    }

    /// <summary>Puts patches together to an image: the inverse of <see cref="ToPatches"/> without flip.</summary>
    /// <param name="patches"><c>[N, P*P*C]</c>.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="patchSize">Side P of a patch in pixels.</param>
    /// <param name="channels">C.</param>
    /// <param name="image"><c>[H, W, C]</c>.</param>
    /// <typeparam name="T">Type of a pixel's element.</typeparam>
    /// <exception cref="ArgumentException">A buffer has another size.</exception>
    public static void ToImage<T>(ReadOnlySpan<T> patches, PatchGrid grid, int patchSize, int channels, Span<T> image)
    {
        int strip = patchSize * channels;
        Check(image.Length, patches.Length, grid, strip * patchSize);
        for (int row = 0; row < grid.Rows * patchSize; row++)
        {
            for (int column = 0; column < grid.Columns; column++)
            {
                int patch = row / patchSize * grid.Columns + column;
                patches.Slice((patch * patchSize + row % patchSize) * strip, strip).CopyTo(image[((row * grid.Columns + column) * strip)..]);
            }
        }
    }

    /// <summary>Brings an image into the layout of ONNX models, as numbers from 0 to 255.</summary>
    /// <param name="image"><c>[H, W, C]</c>.</param>
    /// <param name="channels">C.</param>
    /// <param name="planes"><c>[C, H, W]</c>.</param>
    /// <exception cref="ArgumentException">The buffers have different sizes.</exception>
    public static void ToChannelsFirst(ReadOnlySpan<byte> image, int channels, Span<float> planes)
    {
        if (channels < 1 || image.Length != planes.Length || image.Length % channels != 0)
        {
            throw new ArgumentException($"{image.Length} bytes of {channels} channels cannot fill {planes.Length} numbers.", nameof(planes));
        }

        int pixels = image.Length / channels;
        for (int channel = 0; channel < channels; channel++)
        {
            Span<float> plane = planes.Slice(channel * pixels, pixels);
            for (int pixel = 0, at = channel; pixel < plane.Length; pixel++, at += channels)
            {
                plane[pixel] = image[at];
            }
        }
    }

    // A strip is a row of a patch. Whole vectors, of which the last may overlap the one before, are several times as fast as copies of so few bytes by length.
    private static void CopyStrips(ref byte image, PatchGrid grid, int patchSize, int strip, ref byte patches)
    {
        nuint last = (nuint)(strip - Vector128<byte>.Count);
        nuint from = 0;
        for (int row = 0; row < grid.Rows * patchSize; row++)
        {
            nuint to = (nuint)(((row / patchSize * grid.Columns * patchSize) + (row % patchSize)) * strip);
            for (int column = 0; column < grid.Columns; column++, from += (nuint)strip, to += (nuint)(patchSize * strip))
            {
                for (nuint place = 0; place < last; place += (nuint)Vector128<byte>.Count)
                {
                    Vector128.LoadUnsafe(ref image, from + place).StoreUnsafe(ref patches, to + place);
                }

                Vector128.LoadUnsafe(ref image, from + last).StoreUnsafe(ref patches, to + last);
            }
        }
    }

    private static void Mirror<T>(ReadOnlySpan<T> strip, int channels, Span<T> mirrored)
    {
        for (int from = strip.Length - channels, to = 0; from >= 0; from -= channels, to += channels)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                mirrored[to + channel] = strip[from + channel];
            }
        }
    }

    private static void Check(int imageLength, int patchesLength, PatchGrid grid, int patchLength)
    {
        if (imageLength != grid.Count * patchLength || patchesLength != imageLength)
        {
            throw new ArgumentException($"A grid of {grid} patches of {patchLength} elements needs {grid.Count * patchLength}, but the image has {imageLength} and the patches have {patchesLength}.");
        }
    }
}
