namespace MaskedPretraining.Core.Models;

/// <summary>The fixed two-dimensional sine-cosine position table of MAE (He et al. 2022).</summary>
public static class SinCosPositionTable
{
    private const double LongestWavelength = 10000;

    /// <summary>Computes the table in double precision and rounds it.</summary>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="width">Width D of a token, a positive multiple of 4.</param>
    /// <param name="classToken">Whether a row of zeros for the class token comes first.</param>
    /// <returns>
    /// <c>[N, D]</c>, or <c>[N + 1, D]</c> with the class token's row, row-major. The row of patch (r, c) is <c>[sin(c w), cos(c w), sin(r w), cos(r w)]</c>
    /// with <c>w_k = 10000^(-k / (D/4))</c>: as in MAE's code the first half encodes the column.
    /// </returns>
    public static float[] Create(PatchGrid grid, int width, bool classToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid.Rows, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(grid.Columns, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (width % 4 != 0)
        {
            throw new ArgumentException($"The width of a sine-cosine position table must be a multiple of 4, but is {width}.", nameof(width));
        }

        int first = classToken ? 1 : 0;
        var table = new float[checked((grid.Count + first) * width)];
        for (int patch = 0; patch < grid.Count; patch++)
        {
            var row = table.AsSpan((patch + first) * width, width);
            Encode(patch % grid.Columns, row[..(width / 2)]);
            Encode(patch / grid.Columns, row[(width / 2)..]);
        }

        return table;
    }

    private static void Encode(int position, Span<float> half)
    {
        int frequencies = half.Length / 2;
        for (int k = 0; k < frequencies; k++)
        {
            double angle = position * Math.Pow(LongestWavelength, -(double)k / frequencies);
            half[k] = (float)Math.Sin(angle);
            half[frequencies + k] = (float)Math.Cos(angle);
        }
    }
}
