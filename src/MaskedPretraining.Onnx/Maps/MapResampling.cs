using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Graphs;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>Brings maps to another grid and to 0..1, with operations that every operator set from 9 on has in the same form.</summary>
internal static class MapResampling
{
    private const double Epsilon = 1e-12;

    /// <summary>Adds the steps.</summary>
    /// <param name="math">Writes them.</param>
    /// <param name="maps">Maps, elements <c>[N, given.Rows, given.Columns]</c> in any shape.</param>
    /// <param name="given">Their grid.</param>
    /// <param name="wanted">The grid wanted: linear interpolation, over a wider reach where cells are merged.</param>
    /// <param name="normalize">Whether each map is scaled from its smallest to its largest value to 0..1; a constant one becomes zeros.</param>
    /// <returns><c>[N, wanted.Count]</c>.</returns>
    public static string Append(GraphMath math, string maps, PatchGrid given, PatchGrid wanted, bool normalize)
    {
        string grid = math.Reshape(maps, -1, given.Rows, given.Columns);
        if (given != wanted)
        {
            grid = math.MatMul(math.Constant(Axis(given.Rows, wanted.Rows), wanted.Rows, given.Rows), grid);
            grid = math.MatMul(grid, math.Transpose(math.Constant(Axis(given.Columns, wanted.Columns), wanted.Columns, given.Columns), 1, 0));
        }

        if (normalize)
        {
            // Reductions over given axes changed their form between operator sets; pooling never did.
            string plane = math.Reshape(grid, -1, 1, wanted.Rows, wanted.Columns);
            string largest = math.Apply("GlobalMaxPool", [plane]);
            string leastNegated = math.Apply("GlobalMaxPool", [math.Apply("Neg", [plane])]);
            grid = math.Divide(math.Add(plane, leastNegated), math.Add(math.Add(largest, leastNegated), math.Number(Epsilon)));
        }

        return math.Reshape(grid, -1, wanted.Count);
    }

    // Triangles around the middles of the new cells, as wide as the larger of an old and a new cell, each row with the sum 1.
    private static double[] Axis(int given, int wanted)
    {
        double[] matrix = new double[wanted * given];
        double step = (double)given / wanted;
        double reach = Math.Max(step, 1);
        for (int row = 0; row < wanted; row++)
        {
            double middle = (row + 0.5) * step;
            var weights = matrix.AsSpan(row * given, given);
            double sum = 0;
            for (int cell = 0; cell < given; cell++)
            {
                weights[cell] = Math.Max(0, 1 - Math.Abs(cell + 0.5 - middle) / reach);
                sum += weights[cell];
            }

            foreach (ref double weight in weights)
            {
                weight /= sum;
            }
        }

        return matrix;
    }
}
