using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Evaluation.Segmentation;

/// <summary>What share of each cell of a grid the classes of a mask cover: soft labels of patches, or of parts of patches.</summary>
public static class CellClasses
{
    /// <summary>Computes the shares.</summary>
    /// <param name="mask">The mask; it covers what the grid covers, and may be coarser or finer than it.</param>
    /// <param name="classes">Number of classes K; ignored pixels count for none.</param>
    /// <param name="cells">The grid.</param>
    /// <param name="shares">Filled, <c>[K, cells.Rows, cells.Columns]</c>: exact shares of a cell's area. They add up to 1 in a cell without ignored pixels and to 0 in one that is ignored altogether.</param>
    /// <exception cref="ArgumentException">The mask has a class that there is not, or the span another length.</exception>
    public static void Fill(ClassMask mask, int classes, PatchGrid cells, Span<float> shares)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentOutOfRangeException.ThrowIfNotEqual(shares.Length, (long)classes * cells.Count, nameof(shares));
        mask.Check(classes);
        shares.Clear();
        // A pixel and a cell meet in a rectangle: overlap of rows times overlap of columns, in cells.
        for (int y = 0; y < mask.Height; y++)
        {
            var (top, bottom) = ((double)y * cells.Rows / mask.Height, (double)(y + 1) * cells.Rows / mask.Height);
            for (int x = 0; x < mask.Width; x++)
            {
                byte number = mask.Classes[(y * mask.Width) + x];
                if (number == ClassMask.Ignored)
                {
                    continue;
                }

                var (left, right) = ((double)x * cells.Columns / mask.Width, (double)(x + 1) * cells.Columns / mask.Width);
                var plane = shares.Slice(number * cells.Count, cells.Count);
                for (int row = (int)top; row < Math.Min(bottom, cells.Rows); row++)
                {
                    double down = Math.Min(bottom, row + 1) - Math.Max(top, row);
                    for (int column = (int)left; column < Math.Min(right, cells.Columns); column++)
                    {
                        plane[(row * cells.Columns) + column] += (float)(down * (Math.Min(right, column + 1) - Math.Max(left, column)));
                    }
                }
            }
        }
    }
}
