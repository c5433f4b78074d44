namespace MaskedPretraining.Core.Masking;

/// <summary>A rectangle of patches.</summary>
/// <param name="Top">First row.</param>
/// <param name="Left">First column.</param>
/// <param name="Rows">Rows, at least 1.</param>
/// <param name="Columns">Columns, at least 1.</param>
public readonly record struct RandomRectangle(int Top, int Left, int Rows, int Columns)
{
    /// <summary>Rows that give an area: <c>ceil(area / columns)</c>, at most those of the grid.</summary>
    internal static int RowsOf(int area, int columns, int gridRows) => Math.Min(gridRows, (area + columns - 1) / columns);
}
