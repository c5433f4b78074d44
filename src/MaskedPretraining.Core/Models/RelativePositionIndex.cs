namespace MaskedPretraining.Core.Models;

/// <summary>Which row of a table of relative position biases belongs to a pair of tokens (BEiT, SimMIM).</summary>
/// <remarks>Offset (dr, dc) from key to query has row <c>(dr + R - 1)(2C - 1) + dc + C - 1</c>; then follow class to patch, patch to class, class to class.</remarks>
public static class RelativePositionIndex
{
    /// <summary>Rows of the table, <c>(2R-1)(2C-1)+3</c>.</summary>
    /// <param name="grid">The grid of patches.</param>
    public static int RowsOf(PatchGrid grid) => (((2 * grid.Rows) - 1) * ((2 * grid.Columns) - 1)) + 3;

    /// <summary>The row of every pair, <c>[1+N, 1+N]</c> row-major, queries first; token 0 is the class token.</summary>
    /// <param name="grid">The grid of patches.</param>
    public static long[] Of(PatchGrid grid)
    {
        int tokens = grid.Count + 1, rows = RowsOf(grid);
        var index = new long[tokens * tokens];
        for (int query = 0; query < tokens; query++)
        {
            for (int key = 0; key < tokens; key++)
            {
                index[(query * tokens) + key] = (query, key) switch
                {
                    (0, 0) => rows - 1,
                    (0, _) => rows - 3,
                    (_, 0) => rows - 2,
                    _ => RowOf(grid, query - 1, key - 1),
                };
            }
        }

        return index;
    }

    private static int RowOf(PatchGrid grid, int query, int key)
    {
        int down = (query / grid.Columns) - (key / grid.Columns), right = (query % grid.Columns) - (key % grid.Columns);
        return ((down + grid.Rows - 1) * ((2 * grid.Columns) - 1)) + right + grid.Columns - 1;
    }
}
