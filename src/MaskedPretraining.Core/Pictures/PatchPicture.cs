using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Pictures;

/// <summary>Shows what a network gets to see and what it makes of it. All methods return new RGB images.</summary>
public static class PatchPicture
{
    private const byte MaskedGrey = 128;

    /// <summary>An image with its masked patches grey and its thrown patches (those in neither list) hatched in dark red.</summary>
    /// <param name="image">Three channels, as large as the grid of patches.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="visible">Numbers of the visible patches.</param>
    /// <param name="masked">Numbers of the masked patches.</param>
    /// <exception cref="ArgumentException">Image and grid do not fit.</exception>
    public static RgbImage Mask(RgbImage image, PatchGrid grid, ReadOnlySpan<long> visible, ReadOnlySpan<long> masked)
    {
        int patchSize = PatchSizeOf(image, grid);
        byte[] pixels = [.. image.Pixels];
        bool[] isThrown = new bool[grid.Count];
        Array.Fill(isThrown, true);
        foreach (long patch in visible)
        {
            isThrown[patch] = false;
        }

        foreach (long patch in masked)
        {
            isThrown[patch] = false;
            Paint(pixels, grid, patchSize, patch, (_, _) => (MaskedGrey, MaskedGrey, MaskedGrey));
        }

        for (int patch = 0; patch < isThrown.Length; patch++)
        {
            if (isThrown[patch])
            {
                Paint(pixels, grid, patchSize, patch, (x, y) => (x + y) % 4 < 2 ? ((byte)110, (byte)24, (byte)24) : ((byte)58, (byte)12, (byte)12));
            }
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }

    /// <summary>An image with some of its patches replaced, for example by their reconstruction.</summary>
    /// <param name="image">Three channels, as large as the grid of patches.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="patches">Numbers of the patches to replace, <c>[m]</c>.</param>
    /// <param name="replacement">Their pixels, <c>[m, P*P*3]</c>, element <c>(y*P + x)*3 + c</c>.</param>
    /// <exception cref="ArgumentException">Image, grid and replacement do not fit.</exception>
    public static RgbImage Replace(RgbImage image, PatchGrid grid, ReadOnlySpan<long> patches, ReadOnlySpan<byte> replacement)
    {
        int patchSize = PatchSizeOf(image, grid);
        int length = patchSize * patchSize * 3;
        if (replacement.Length != patches.Length * length)
        {
            throw new ArgumentException($"{patches.Length} patches need {patches.Length * length} bytes, but there are {replacement.Length}.", nameof(replacement));
        }

        byte[] pixels = [.. image.Pixels];
        for (int number = 0; number < patches.Length; number++)
        {
            byte[] patch = replacement.Slice(number * length, length).ToArray();
            Paint(pixels, grid, patchSize, patches[number], (x, y) =>
            {
                int at = (y % patchSize * patchSize + x % patchSize) * 3;
                return (patch[at], patch[at + 1], patch[at + 2]);
            });
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }

    private static int PatchSizeOf(RgbImage image, PatchGrid grid)
    {
        ArgumentNullException.ThrowIfNull(image);
        int patchSize = image.Width / Math.Max(grid.Columns, 1);
        return image.Channels == 3 && patchSize > 0 && patchSize * grid.Columns == image.Width && patchSize * grid.Rows == image.Height
            ? patchSize
            : throw new ArgumentException($"An image of {image.Width}x{image.Height} pixels with {image.Channels} channels cannot be cut into {grid} square patches of three channels.", nameof(image));
    }

    private static void Paint(byte[] pixels, PatchGrid grid, int patchSize, long patch, Func<int, int, (byte R, byte G, byte B)> colourAt)
    {
        int top = (int)(patch / grid.Columns) * patchSize;
        int left = (int)(patch % grid.Columns) * patchSize;
        for (int y = top; y < top + patchSize; y++)
        {
            for (int x = left; x < left + patchSize; x++)
            {
                int at = (y * grid.Columns * patchSize + x) * 3;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = colourAt(x, y);
            }
        }
    }
}
