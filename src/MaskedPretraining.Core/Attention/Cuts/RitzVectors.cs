using System.Numerics.Tensors;

namespace MaskedPretraining.Core.Attention.Cuts;

/// <summary>Eigenvalues and eigenvectors of the small tridiagonal matrix that a Lanczos process leaves.</summary>
internal sealed class RitzVectors
{
    private readonly double[] _diagonal;
    private readonly double[] _offDiagonal;

    /// <param name="diagonal">Its diagonal, <c>[m]</c>.</param>
    /// <param name="offDiagonal">The numbers beside it, <c>[m]</c>; the last one lies outside.</param>
    public RitzVectors(IReadOnlyCollection<double> diagonal, IReadOnlyCollection<double> offDiagonal)
    {
        (_diagonal, _offDiagonal) = ([.. diagonal], [.. offDiagonal]);
        double[] lastEntries = new double[_diagonal.Length];
        lastEntries[^1] = 1;
        double[] values = [.. _diagonal];
        TridiagonalEigen.Diagonalize(values, [.. _offDiagonal], lastEntries, 1);
        LastEntryOfLargest = Math.Abs(lastEntries[TensorPrimitives.IndexOfMax<double>(values)]);
    }

    /// <summary>Magnitude of the last entry of the eigenvector with the largest eigenvalue; times the number outside the matrix it is the residual.</summary>
    public double LastEntryOfLargest { get; }

    /// <summary>The eigenvector of the largest eigenvalue, <c>[m]</c>.</summary>
    public double[] Largest(out double value)
    {
        int count = _diagonal.Length;
        double[] vectors = new double[count * count];
        for (int i = 0; i < count; i++)
        {
            vectors[i * count + i] = 1;
        }

        TridiagonalEigen.Diagonalize(_diagonal, _offDiagonal, vectors, count);
        int largest = TensorPrimitives.IndexOfMax<double>(_diagonal);
        value = _diagonal[largest];
        return vectors.AsSpan(largest * count, count).ToArray();
    }
}
