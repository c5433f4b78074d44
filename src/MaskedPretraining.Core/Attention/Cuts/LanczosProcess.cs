using System.Numerics.Tensors;

namespace MaskedPretraining.Core.Attention.Cuts;

/// <summary>The Lanczos process with full re-orthogonalisation: the largest eigenvalue of <c>D^-1/2 A D^-1/2</c> among the vectors perpendicular to some that are known. Buffers are used again. Not thread safe.</summary>
/// <remarks>After as many steps as there are vertices it is exact; on graphs with clusters 10 to 30 steps suffice (Golub and Van Loan, Matrix Computations, chapter 10).</remarks>
internal sealed class LanczosProcess(SimilarityGraph graph)
{
    private const int FirstTest = 8;

    // An invariant subspace: nothing is left of the next vector but rounding.
    private const double SmallestRemainder = 1e-12;

    private readonly List<double[]> _basis = [];
    private readonly List<double> _diagonal = [];
    private readonly List<double> _offDiagonal = [];
    private readonly double[] _next = new double[graph.Count];

    /// <summary>Finds the largest eigenvalue and its eigenvector.</summary>
    /// <param name="deflated">Unit vectors, perpendicular to each other, to which the eigenvector is perpendicular.</param>
    /// <param name="start">Entry of the start vector for each vertex.</param>
    /// <param name="residual">How small <c>|M y - rho y|</c> is to become.</param>
    /// <param name="vector">Filled with the eigenvector, <c>[N]</c>, unit length.</param>
    /// <returns>The eigenvalue.</returns>
    public double LargestEigenpair(ReadOnlySpan<double[]> deflated, Func<int, double> start, double residual, Span<double> vector)
    {
        _diagonal.Clear();
        _offDiagonal.Clear();
        for (int vertex = 0; vertex < _next.Length; vertex++)
        {
            _next[vertex] = start(vertex);
        }

        RemoveFromNext(deflated, 0);
        int steps = _next.Length - deflated.Length;
        int test = FirstTest;
        for (int step = 0; ; step++)
        {
            Advance(step, deflated);
            double remainder = _offDiagonal[step];
            bool isLast = remainder < SmallestRemainder || step + 1 == steps;
            if (isLast || step + 1 >= test)
            {
                var ritz = new RitzVectors(_diagonal, _offDiagonal);
                if (isLast || ritz.LastEntryOfLargest * remainder < residual)
                {
                    return Assemble(ritz, vector);
                }

                // A long process tests more rarely, as each test costs as much as a few steps.
                test += 4 + step / 8;
            }
        }
    }

    // One step: the next basis vector, its Rayleigh quotient, and what the product adds that the basis does not hold.
    private void Advance(int step, ReadOnlySpan<double[]> deflated)
    {
        if (step == _basis.Count)
        {
            _basis.Add(new double[_next.Length]);
        }

        var current = _basis[step];
        TensorPrimitives.Divide<double>(_next, TensorPrimitives.Norm<double>(_next), current);
        graph.Multiply(current, _next);
        _diagonal.Add(TensorPrimitives.Dot<double>(current, _next));
        RemoveFromNext(deflated, step + 1);
        _offDiagonal.Add(TensorPrimitives.Norm<double>(_next));
    }

    // Twice is enough to reach rounding (Kahan and Parlett).
    private void RemoveFromNext(ReadOnlySpan<double[]> deflated, int basisVectors)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (double[] known in deflated)
            {
                Remove(known);
            }

            for (int number = 0; number < basisVectors; number++)
            {
                Remove(_basis[number]);
            }
        }
    }

    private void Remove(double[] unit) => TensorPrimitives.MultiplyAdd<double>(unit, -TensorPrimitives.Dot<double>(unit, _next), _next, _next);

    private double Assemble(RitzVectors ritz, Span<double> vector)
    {
        double[] weights = ritz.Largest(out double value);
        vector.Clear();
        for (int number = 0; number < weights.Length; number++)
        {
            TensorPrimitives.MultiplyAdd(_basis[number], weights[number], vector, vector);
        }

        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<double>(vector), vector);
        return value;
    }
}
