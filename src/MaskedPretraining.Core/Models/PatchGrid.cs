namespace MaskedPretraining.Core.Models;

/// <summary>The grid of patches of an image. Patch number = row * <see cref="Columns"/> + column.</summary>
/// <param name="Rows">Image height divided by the patch side.</param>
/// <param name="Columns">Image width divided by the patch side.</param>
public readonly record struct PatchGrid(int Rows, int Columns)
{
    /// <summary>Number of patches N.</summary>
    public int Count => Rows * Columns;

    /// <inheritdoc/>
    public override string ToString() => $"{Rows}x{Columns}";
}
