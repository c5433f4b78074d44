using System.Numerics.Tensors;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention.Cuts;

/// <summary>Graph, eigenvectors and cut of one image after the other, in the same buffers. Not thread safe.</summary>
internal sealed class CutWorkspace
{
    /// <summary>Second and third eigenvalue nearer than this have no eigenvector of their own.</summary>
    public const double SmallestGap = 1e-6;

    // The vector's error is the residual divided by the gap, hence at most 1e-7; of the third only the value is wanted.
    private const double VectorResidual = 1e-13;
    private const double ValueResidual = 1e-10;

    private readonly PatchGrid _grid;
    private readonly SimilarityGraph _graph;
    private readonly LanczosProcess _lanczos;
    private readonly double[] _first;
    private readonly double[] _second;
    private readonly double[] _third;

    public CutWorkspace(PatchGrid grid, int width, double threshold, double weakEdge)
    {
        _grid = grid;
        _graph = new SimilarityGraph(grid.Count, width, threshold, weakEdge);
        _lanczos = new LanczosProcess(_graph);
        (_first, _second, _third) = (new double[grid.Count], new double[grid.Count], new double[grid.Count]);
    }

    /// <summary>Cuts an image.</summary>
    /// <param name="keys"><c>[N, D]</c>.</param>
    public TokenCutMap Cut(ReadOnlySpan<float> keys)
    {
        _graph.Connect(keys);
        _graph.CopyFirstEigenvector(_first);
        double second = _lanczos.LargestEigenpair([_first], static cell => Math.Sin(cell + 1), VectorResidual, _second);
        double third = _lanczos.LargestEigenpair([_first, _second], static cell => Math.Cos(1.7 * cell), ValueResidual, _third);
        if (third > second)
        {
            // The first process started all but perpendicular to the eigenvector that the second one found.
            third = _lanczos.LargestEigenpair([_first], cell => _second[cell] + _third[cell], VectorResidual, _second);
            (second, third) = (third, _lanczos.LargestEigenpair([_first, _second], static cell => Math.Cos(1.7 * cell), ValueResidual, _third));
        }

        double[] eigenvector = second - third < SmallestGap ? new double[_grid.Count] : Signed();
        return new TokenCutMap(_grid, 1 - second, 1 - third, eigenvector);
    }

    // x = D^-1/2 y, with the entry of largest magnitude on the side above the mean.
    private double[] Signed()
    {
        double[] vector = new double[_second.Length];
        TensorPrimitives.Multiply<double>(_second, _graph.InverseRoots, vector);
        int seed = TensorPrimitives.IndexOfMaxMagnitude<double>(vector);
        // IndexOfMaxMagnitude prefers the positive of two equal magnitudes; the paper takes the first.
        seed = Array.FindIndex(vector, value => Math.Abs(value) >= Math.Abs(vector[seed]));
        if (vector[seed] <= TensorPrimitives.Average<double>(vector))
        {
            TensorPrimitives.Negate<double>(vector, vector);
        }

        return vector;
    }
}
