using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>The box of a map's object (<see cref="Core.Attention.ObjectRegion"/>) inside of a graph: connected cells are found by squaring the matrix of neighbours.</summary>
internal static class MapBoxGraph
{
    /// <summary>Adds the box.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="map">The map, <c>[N, P]</c>, single precision.</param>
    /// <param name="grid">Its grid, P cells.</param>
    /// <returns>Left, top, right and bottom in shares of the map's width and height, <c>[N, 4]</c>; zeros for a constant map.</returns>
    public static string Append(GraphBuilder graph, string map, PatchGrid grid)
    {
        var (rows, columns, cells) = (grid.Rows, grid.Columns, grid.Count);
        var real = new GraphMath(graph, "box.mean", TensorProto.Types.DataType.Double);
        string values = real.Cast(map);
        string isAbove = real.Greater(values, real.Multiply(real.Sum(values, 1), 1.0 / cells));
        string seed = real.Reshape(real.IndexOfLargest(values, 1), -1, 1, 1);

        var math = new GraphMath(graph, "box", TensorProto.Types.DataType.Float);
        string partition = math.Cast(isAbove);                                             // [N, P]
        string connected = math.Multiply(
            math.Multiply(math.Constant(Neighbours(grid), 1, cells, cells), math.Reshape(partition, -1, cells, 1)), math.Reshape(partition, -1, 1, cells));
        for (int reach = 1; reach < cells; reach *= 2)
        {
            connected = math.Min(math.MatMul(connected, connected), math.Number(1));
        }

        string index = math.Add(seed, graph.Integers("box.zeros", new long[cells], 1, 1, cells));
        string component = math.Reshape(math.Gather(connected, index, 1), -1, rows, columns);
        string usedRows = math.Reshape(math.Largest(component, 2), -1, rows);
        string usedColumns = math.Reshape(math.Largest(component, 1), -1, columns);
        string[] sides = [Start(usedColumns, columns), Start(usedRows, rows), End(usedColumns, columns), End(usedRows, rows)];
        return math.Multiply(math.Apply("Concat", sides, NodeAttribute.Integer("axis", 1)), math.Largest(usedRows, 1));

        // The first line used: others are put beyond the end.
        string Start(string used, int count) =>
            math.Least(math.Add(math.Constant(Borders(count, 0), 1, count), math.Subtract(math.Number(1), used)), 1);

        string End(string used, int count) => math.Largest(math.Multiply(used, math.Constant(Borders(count, 1), 1, count)), 1);
    }

    private static double[] Borders(int count, int first) => [.. Enumerable.Range(first, count).Select(line => (double)line / count)];

    // Each cell with itself and those at its four sides.
    private static double[] Neighbours(PatchGrid grid)
    {
        double[] matrix = new double[grid.Count * grid.Count];
        for (int cell = 0; cell < grid.Count; cell++)
        {
            matrix[cell * grid.Count + cell] = 1;
            if ((cell + 1) % grid.Columns != 0)
            {
                Join(cell, cell + 1);
            }

            if (cell + grid.Columns < grid.Count)
            {
                Join(cell, cell + grid.Columns);
            }
        }

        return matrix;

        void Join(int one, int other) => (matrix[one * grid.Count + other], matrix[other * grid.Count + one]) = (1, 1);
    }
}
