using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>Makes maps of boxes around objects.</summary>
public static class BoxCoverage
{
    /// <summary>The share of each cell that a box covers. The box is cut to the image; one without area covers nothing.</summary>
    /// <param name="box">
    /// x0, y0, x1, y1 in pixels of the image, x to the right, y down, x1 and y1 behind the last pixel. Four numbers from 0 to 1 are shares of width and height, as box columns of attention maps have them: in
    /// pixels that would be a box of a pixel at most.
    /// </param>
    /// <param name="imageHeight">Rows of the image in pixels.</param>
    /// <param name="imageWidth">Columns of the image in pixels.</param>
    /// <param name="grid">The grid that covers the image.</param>
    /// <param name="map">Filled, <c>[grid.Rows, grid.Columns]</c>, each value from 0 to 1.</param>
    /// <exception cref="ArgumentException">There are not four numbers, or one is not finite, or x1 is less than x0, or y1 less than y0.</exception>
    public static void Fill(ReadOnlySpan<float> box, int imageHeight, int imageWidth, PatchGrid grid, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, grid.Count, nameof(map));
        // Written so that NaN fails.
        if (box is not [var x0, var y0, var x1, var y1] || !(x1 >= x0 && y1 >= y0 && float.IsFinite(x1 - x0) && float.IsFinite(y1 - y0)))
        {
            throw new ArgumentException($"A box is x0, y0, x1, y1 with x0 <= x1 and y0 <= y1, all finite, but this is {string.Join(", ", box.ToArray())}.", nameof(box));
        }

        bool areShares = x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1;
        var (height, width) = areShares ? (1, 1) : (imageHeight, imageWidth);
        for (int row = 0; row < grid.Rows; row++)
        {
            double rows = Share(y0, y1, row, (double)height / grid.Rows);
            for (int column = 0; column < grid.Columns; column++)
            {
                map[(row * grid.Columns) + column] = (float)(rows * Share(x0, x1, column, (double)width / grid.Columns));
            }
        }
    }

    private static double Share(double start, double end, int cell, double side) =>
        Math.Max(0, Math.Min((cell + 1) * side, end) - Math.Max(cell * side, start)) / side;
}
