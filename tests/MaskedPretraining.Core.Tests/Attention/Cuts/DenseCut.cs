namespace MaskedPretraining.Core.Attention.Cuts;

/// <summary>The normalised cut written down as the paper has it: every matrix in full, the generalised problem through <c>D^-1/2 (D - A) D^-1/2</c>.</summary>
internal sealed class DenseCut
{
    public DenseCut(float[] keys, int width, double threshold, double weakEdge)
    {
        int count = keys.Length / width;
        double Cosine(int i, int j) => Dot(i, j) / (Math.Max(Math.Sqrt(Dot(i, i)), 1e-12) * Math.Max(Math.Sqrt(Dot(j, j)), 1e-12));
        double Dot(int i, int j) => Enumerable.Range(0, width).Sum(k => (double)keys[i * width + k] * keys[j * width + k]);
        var a = new double[count, count];
        Degrees = new double[count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                a[i, j] = Cosine(i, j) > threshold ? 1 : weakEdge;
                Degrees[i] += a[i, j];
            }
        }

        var laplacian = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                laplacian[i, j] = ((i == j ? Degrees[i] : 0) - a[i, j]) / Math.Sqrt(Degrees[i] * Degrees[j]);
            }
        }

        var eigen = new JacobiEigen(laplacian);
        Eigenvalues = eigen.Values;
        double[] x = [.. eigen.Vectors[1].Select((value, i) => value / Math.Sqrt(Degrees[i]))];
        int seed = Array.FindIndex(x, value => Math.Abs(value) == x.Max(Math.Abs));
        double sign = x[seed] > x.Average() ? 1 : -1;
        Eigenvector = [.. x.Select(value => sign * value)];
    }

    public double[] Degrees { get; }

    public double[] Eigenvalues { get; }

    public double[] Eigenvector { get; }
}
