using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Masking;

/// <summary>
/// Blurs values on a grid of patches: weights <c>exp(-d^2 / (2 sigma^2))</c> of the distance d between patches, those of each patch summing to 1. They are products of one factor a row and one a
/// column, also after that division, so that two small matrices do. Sigma 0 changes nothing, an infinite one leaves the mean. Thread safe.
/// </summary>
internal sealed class GaussianBlur(PatchGrid grid, double sigma)
{
    private readonly double[] _rows = Kernel(grid.Rows, sigma);
    private readonly double[] _columns = Kernel(grid.Columns, sigma);

    public void Apply(ReadOnlySpan<double> values, Span<double> blurred)
    {
        Span<double> mixed = values.Length <= PlanCounts.MaximumStackCount ? stackalloc double[values.Length] : new double[values.Length];
        for (int row = 0; row < grid.Rows; row++)
        {
            var from = values.Slice(row * grid.Columns, grid.Columns);
            for (int column = 0; column < grid.Columns; column++)
            {
                double sum = 0;
                for (int other = 0; other < grid.Columns; other++)
                {
                    sum += _columns[column * grid.Columns + other] * from[other];
                }

                mixed[row * grid.Columns + column] = sum;
            }
        }

        blurred.Clear();
        for (int row = 0; row < grid.Rows; row++)
        {
            var to = blurred.Slice(row * grid.Columns, grid.Columns);
            for (int other = 0; other < grid.Rows; other++)
            {
                double factor = _rows[row * grid.Rows + other];
                for (int column = 0; column < grid.Columns; column++)
                {
                    to[column] += factor * mixed[other * grid.Columns + column];
                }
            }
        }
    }

    /// <summary>The matrix of one axis, <c>[n, n]</c>, each row summing to 1.</summary>
    private static double[] Kernel(int n, double sigma)
    {
        var kernel = new double[n * n];
        for (int row = 0; row < n; row++)
        {
            double sum = 0;
            for (int column = 0; column < n; column++)
            {
                double distance = row - column;
                // The middle is 1 also where sigma is 0 and the quotient undefined.
                double weight = distance == 0 ? 1 : Math.Exp(-distance * distance / (2 * sigma * sigma));
                kernel[row * n + column] = weight;
                sum += weight;
            }

            for (int column = 0; column < n; column++)
            {
                kernel[row * n + column] /= sum;
            }
        }

        return kernel;
    }
}
