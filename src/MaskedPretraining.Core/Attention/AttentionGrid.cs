using System.Numerics.Tensors;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>An attention map: one value a cell of a small grid that covers the whole original image.</summary>
public sealed class AttentionGrid
{
    /// <summary>Wraps values.</summary>
    /// <param name="grid">Rows and columns, each at least 1.</param>
    /// <param name="values">One value a cell, row by row, <c>[rows * columns]</c>; not copied.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the grid, or one is not finite.</exception>
    public AttentionGrid(PatchGrid grid, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid.Rows, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid.Columns, nameof(grid));
        if (values.Length != grid.Count)
        {
            throw new ArgumentException($"An attention map of {grid} cells needs {grid.Count} values, but there are {values.Length}.", nameof(values));
        }

        if (!TensorPrimitives.IsFiniteAll<float>(values))
        {
            int cell = Array.FindIndex(values, value => !float.IsFinite(value));
            throw new ArgumentException($"Cell {cell} of an attention map is {values[cell]}; every value must be finite.", nameof(values));
        }

        (Grid, Values) = (grid, values);
    }

    /// <summary>Rows and columns of cells.</summary>
    public PatchGrid Grid { get; }

    /// <summary>One value a cell, row by row, <c>[rows * columns]</c>.</summary>
    public float[] Values { get; }

    /// <summary>The map at another size, by linear interpolation between the middles of cells.</summary>
    /// <param name="height">Rows wanted, for example of the image in pixels.</param>
    /// <param name="width">Columns wanted.</param>
    /// <returns><c>[height, width]</c>; no value leaves the map's range.</returns>
    public float[] Enlarge(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        float[] pixels = new float[checked(height * width)];
        for (int y = 0; y < height; y++)
        {
            float row = GridSampling.Position(y, height, Grid.Rows);
            for (int x = 0; x < width; x++)
            {
                pixels[y * width + x] = GridSampling.Sample(Values, Grid, row, GridSampling.Position(x, width, Grid.Columns));
            }
        }

        return pixels;
    }
}
