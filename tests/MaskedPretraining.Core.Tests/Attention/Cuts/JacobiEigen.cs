namespace MaskedPretraining.Core.Attention.Cuts;

/// <summary>Eigenvalues and eigenvectors of a dense symmetric matrix by Jacobi's rotations: slow, obvious, and blind to no multiple eigenvalue.</summary>
internal sealed class JacobiEigen
{
    public JacobiEigen(double[,] matrix)
    {
        int count = matrix.GetLength(0);
        var a = (double[,])matrix.Clone();
        var v = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            v[i, i] = 1;
        }

        while (Largest(a) > 1e-15)
        {
            for (int p = 0; p < count; p++)
            {
                for (int q = p + 1; q < count; q++)
                {
                    Rotate(a, v, p, q);
                }
            }
        }

        int[] order = [.. Enumerable.Range(0, count).OrderBy(i => a[i, i])];
        Values = [.. order.Select(i => a[i, i])];
        Vectors = [.. order.Select(i => Enumerable.Range(0, count).Select(row => v[row, i]).ToArray())];
    }

    /// <summary>Eigenvalues, ascending.</summary>
    public double[] Values { get; }

    /// <summary>Eigenvectors of unit length, in the same order.</summary>
    public double[][] Vectors { get; }

    private static double Largest(double[,] a)
    {
        double largest = 0;
        for (int p = 0; p < a.GetLength(0); p++)
        {
            for (int q = p + 1; q < a.GetLength(0); q++)
            {
                largest = Math.Max(largest, Math.Abs(a[p, q]));
            }
        }

        return largest;
    }

    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0)
        {
            return;
        }

        double angle = 0.5 * Math.Atan2(2 * a[p, q], a[q, q] - a[p, p]);
        double c = Math.Cos(angle), s = Math.Sin(angle);
        for (int k = 0; k < a.GetLength(0); k++)
        {
            (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
            (v[k, p], v[k, q]) = (c * v[k, p] - s * v[k, q], s * v[k, p] + c * v[k, q]);
        }

        for (int k = 0; k < a.GetLength(0); k++)
        {
            (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
        }
    }
}
