using System.Numerics;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>The object that a map shows: the cells above the map's mean, and of these the connected part around its greatest value (TokenCut, Wang et al. 2022, section 3.3; LOST has the same rule).</summary>
public sealed class ObjectRegion
{
    private ObjectRegion(PatchGrid grid, bool[] partition, bool[] component, int seed) => (Grid, Partition, Component, Seed) = (grid, partition, component, seed);

    /// <summary>The map's grid.</summary>
    public PatchGrid Grid { get; }

    /// <summary>Whether a cell lies above the mean, <c>[rows, columns]</c>.</summary>
    public bool[] Partition { get; }

    /// <summary>Whether a cell above the mean is connected with the seed through sides of cells above the mean, <c>[rows, columns]</c>. Corners do not connect.</summary>
    public bool[] Component { get; }

    /// <summary>Number of the cell with the greatest value; of equal ones the first.</summary>
    public int Seed { get; }

    /// <summary>The tight box of <see cref="Component"/> in cells, right and lower side excluded.</summary>
    public BoundingBox Box
    {
        get
        {
            (int left, int top, int right, int bottom) = (Grid.Columns, Grid.Rows, 0, 0);
            for (int cell = 0; cell < Component.Length; cell++)
            {
                if (Component[cell])
                {
                    var (row, column) = Math.DivRem(cell, Grid.Columns);
                    (left, top, right, bottom) = (Math.Min(left, column), Math.Min(top, row), Math.Max(right, column + 1), Math.Max(bottom, row + 1));
                }
            }

            return new BoundingBox(left, top, right, bottom);
        }
    }

    /// <summary>Finds the object of a map.</summary>
    /// <param name="values">The map, <c>[rows, columns]</c>; finite, any range.</param>
    /// <param name="grid">Its grid.</param>
    /// <returns>The object; null for a constant map, which has none.</returns>
    /// <exception cref="ArgumentException">The number of values does not fit the grid.</exception>
    public static ObjectRegion? Find<T>(ReadOnlySpan<T> values, PatchGrid grid)
        where T : IFloatingPoint<T>
    {
        if (values.IsEmpty || values.Length != grid.Count)
        {
            throw new ArgumentException($"A map of {grid} cells needs {grid.Count} values, but there are {values.Length}.", nameof(values));
        }

        double sum = 0;
        int seed = 0;
        for (int cell = 0; cell < values.Length; cell++)
        {
            sum += double.CreateChecked(values[cell]);
            seed = values[cell] > values[seed] ? cell : seed;
        }

        double mean = sum / values.Length;
        var partition = new bool[values.Length];
        for (int cell = 0; cell < partition.Length; cell++)
        {
            partition[cell] = double.CreateChecked(values[cell]) > mean;
        }

        return partition[seed] ? new ObjectRegion(grid, partition, ComponentOf(partition, grid, seed), seed) : null;
    }

    private static bool[] ComponentOf(bool[] partition, PatchGrid grid, int seed)
    {
        var component = new bool[partition.Length];
        var open = new Stack<int>();
        Visit(seed);
        while (open.TryPop(out int cell))
        {
            var (row, column) = Math.DivRem(cell, grid.Columns);
            VisitIf(row > 0, cell - grid.Columns);
            VisitIf(row < grid.Rows - 1, cell + grid.Columns);
            VisitIf(column > 0, cell - 1);
            VisitIf(column < grid.Columns - 1, cell + 1);
        }

        return component;

        void VisitIf(bool exists, int cell)
        {
            if (exists && partition[cell] && !component[cell])
            {
                Visit(cell);
            }
        }

        void Visit(int cell)
        {
            component[cell] = true;
            open.Push(cell);
        }
    }
}
