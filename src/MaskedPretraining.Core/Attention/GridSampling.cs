using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>Reads maps between the middles of their cells by linear interpolation; beyond the outermost middles the border cell's value holds.</summary>
internal static class GridSampling
{
    /// <param name="map"><c>[grid.Rows, grid.Columns]</c>.</param>
    /// <param name="grid">The map's grid.</param>
    /// <param name="row">Row in cells; 0 is the middle of the first.</param>
    /// <param name="column">Column in cells; 0 is the middle of the first.</param>
    public static float Sample(ReadOnlySpan<float> map, PatchGrid grid, float row, float column)
    {
        row = Math.Clamp(row, 0, grid.Rows - 1);
        column = Math.Clamp(column, 0, grid.Columns - 1);
        (int top, int left) = ((int)row, (int)column);
        (int bottom, int right) = (Math.Min(top + 1, grid.Rows - 1), Math.Min(left + 1, grid.Columns - 1));
        (float down, float across) = (row - top, column - left);
        float upper = map[top * grid.Columns + left] * (1 - across) + map[top * grid.Columns + right] * across;
        float lower = map[bottom * grid.Columns + left] * (1 - across) + map[bottom * grid.Columns + right] * across;
        return upper * (1 - down) + lower * down;
    }

    /// <summary>The cell under the middle of a pixel, of <paramref name="cells"/> over <paramref name="pixels"/>.</summary>
    public static float Position(int pixel, int pixels, int cells) => (pixel + 0.5f) * cells / pixels - 0.5f;
}
