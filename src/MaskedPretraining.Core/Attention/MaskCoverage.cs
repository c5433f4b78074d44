using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>Makes maps of object masks.</summary>
public static class MaskCoverage
{
    /// <summary>The share of each cell that an object covers; mask and grid both cover the whole image, and need not be of sizes that divide each other.</summary>
    /// <param name="mask">The object.</param>
    /// <param name="grid">The grid.</param>
    /// <param name="map">Filled, <c>[grid.Rows, grid.Columns]</c>, each value from 0 to 1.</param>
    public static void Fill(ObjectMask mask, PatchGrid grid, Span<float> map)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, grid.Count, nameof(map));
        map.Clear();
        double high = (double)grid.Rows / mask.Height, wide = (double)grid.Columns / mask.Width;
        for (int pixel = 0; pixel < mask.Inside.Length; pixel++)
        {
            if (!mask.Inside[pixel])
            {
                continue;
            }

            // The pixel's rectangle, in cells.
            var (y, x) = Math.DivRem(pixel, mask.Width);
            double top = y * high, bottom = Math.Min((y + 1) * high, grid.Rows), left = x * wide, right = Math.Min((x + 1) * wide, grid.Columns);
            for (int row = (int)top; row < bottom; row++)
            {
                double rows = Math.Min(bottom, row + 1) - Math.Max(top, row);
                for (int column = (int)left; column < right; column++)
                {
                    map[(row * grid.Columns) + column] += (float)(rows * (Math.Min(right, column + 1) - Math.Max(left, column)));
                }
            }
        }

        foreach (ref float share in map)
        {
            // Sums of many parts may exceed 1 by rounding.
            share = Math.Min(share, 1);
        }
    }
}
