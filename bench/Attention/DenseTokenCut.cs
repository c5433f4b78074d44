using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace MaskedPretraining.Bench.Attention;

/// <summary>TokenCut the way its paper's code goes: one image after the other, graph and all eigenvectors in double precision by LAPACK's dense solver.</summary>
internal static class DenseTokenCut
{
    private const double Threshold = 0.2;
    private const double WeakEdge = 1e-5;

    /// <summary>Cuts an image: which patches lie with the eigenvector's entry of largest magnitude, and what the cut costs.</summary>
    /// <param name="keys"><c>[N, D]</c>.</param>
    /// <param name="width">D.</param>
    public static (bool[] Partition, double Eigenvalue) Cut(ReadOnlySpan<float> keys, int width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var singles = empty(new long[] { keys.Length / width, width }, ScalarType.Float32);
        MemoryMarshal.AsBytes(keys).CopyTo(singles.bytes);
        var rows = singles.to(ScalarType.Float64);
        rows = rows / rows.mul(rows).sum(1, true).sqrt();
        return Solve(rows.mm(rows.t()).gt(Threshold).to(ScalarType.Float64) * (1 - WeakEdge) + WeakEdge);
    }

    /// <summary>The generalised problem <c>(D - A) x = lambda D x</c>: D is diagonal, so that scaling by its roots makes the ordinary problem of it.</summary>
    private static (bool[] Partition, double Eigenvalue) Solve(Tensor edges)
    {
        var roots = edges.sum(1).sqrt();
        var laplacian = eye(edges.shape[0], dtype: ScalarType.Float64) - edges / roots.unsqueeze(1) / roots.unsqueeze(0);
        var (values, vectors) = linalg.eigh(laplacian);
        double[] vector = Doubles(vectors.select(1, 1) / roots);
        double mean = TensorPrimitives.Average<double>(vector);
        bool isPositive = vector[TensorPrimitives.IndexOfMaxMagnitude<double>(vector)] > mean;
        return (Array.ConvertAll(vector, value => value > mean == isPositive), Doubles(values.narrow(0, 1, 1))[0]);
    }

    private static double[] Doubles(Tensor tensor) => MemoryMarshal.Cast<byte, double>(tensor.contiguous().bytes).ToArray();
}
