namespace MaskedPretraining.Core.Attention.Cuts;

/// <summary>Eigenvalues and eigenvectors of symmetric tridiagonal matrices by QL steps with implicit shifts (Wilkinson and Reinsch 1971; Golub and Van Loan, section 8.3).</summary>
internal static class TridiagonalEigen
{
    private const double Epsilon = 2.220446049250313e-16;

    /// <summary>Makes a matrix diagonal by rotations.</summary>
    /// <param name="diagonal">The diagonal, <c>[m]</c>; becomes the eigenvalues, in no order.</param>
    /// <param name="offDiagonal">Number i couples i and i + 1, <c>[m]</c>; the last one is not used. Overwritten.</param>
    /// <param name="vectors"><c>[m, length]</c>: rotated along, so that row i comes to belong to eigenvalue i. Rows of the unit matrix become eigenvectors; a single column of it becomes that entry of each.</param>
    /// <param name="length">Numbers in a row of <paramref name="vectors"/>.</param>
    public static void Diagonalize(Span<double> diagonal, Span<double> offDiagonal, Span<double> vectors, int length)
    {
        int count = diagonal.Length;
        for (int first = 0; first < count; first++)
        {
            int last;
            while ((last = EndOfBlock(diagonal, offDiagonal, first)) > first)
            {
                Step(diagonal, offDiagonal, vectors, length, first, last);
            }
        }
    }

    // The block from `first` on that no negligible coupling cuts.
    private static int EndOfBlock(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal, int first)
    {
        int last = first;
        while (last < diagonal.Length - 1 && Math.Abs(offDiagonal[last]) > Epsilon * (Math.Abs(diagonal[last]) + Math.Abs(diagonal[last + 1])))
        {
            last++;
        }

        return last;
    }

    // A QL step on a block: a shift near its first eigenvalue, then one rotation after the other from its lower end chases the bulge upwards.
    private static void Step(Span<double> diagonal, Span<double> offDiagonal, Span<double> vectors, int length, int first, int last)
    {
        double half = (diagonal[first + 1] - diagonal[first]) / (2 * offDiagonal[first]);
        double bulge = diagonal[last] - diagonal[first] + offDiagonal[first] / (half + Math.CopySign(double.Hypot(half, 1), half));
        double sine = 1, cosine = 1, shift = 0;
        for (int i = last - 1; i >= first; i--)
        {
            double outer = sine * offDiagonal[i];
            double inner = cosine * offDiagonal[i];
            double radius = double.Hypot(outer, bulge);
            offDiagonal[i + 1] = radius;
            if (radius == 0)
            {
                // The block falls apart here.
                diagonal[i + 1] -= shift;
                offDiagonal[last] = 0;
                return;
            }

            (sine, cosine) = (outer / radius, bulge / radius);
            double moved = diagonal[i + 1] - shift;
            double turn = (diagonal[i] - moved) * sine + 2 * cosine * inner;
            shift = sine * turn;
            diagonal[i + 1] = moved + shift;
            bulge = cosine * turn - inner;
            Rotate(vectors.Slice(i * length, length), vectors.Slice((i + 1) * length, length), sine, cosine);
        }

        diagonal[first] -= shift;
        offDiagonal[first] = bulge;
        offDiagonal[last] = 0;
    }

    private static void Rotate(Span<double> upper, Span<double> lower, double sine, double cosine)
    {
        for (int k = 0; k < upper.Length; k++)
        {
            double below = lower[k];
            lower[k] = sine * upper[k] + cosine * below;
            upper[k] = cosine * upper[k] - sine * below;
        }
    }
}
