using Microsoft.ML.Data;

namespace ObjectMaps;

/// <summary>A photo, the mask of its object, and a map that knows nothing but that objects stand in the middle.</summary>
internal sealed class ObjectPhoto
{
    /// <summary>Cells on a side of <see cref="CentredBox"/>.</summary>
    public const int Cells = 16;

    public required string ImagePath { get; init; }

    public required string MaskPath { get; init; }

    /// <summary>1 inside a box of half the sides, 0 outside.</summary>
    [VectorType(Cells, Cells)]
    public float[] CentredBox { get; } = [.. Enumerable.Range(0, Cells * Cells).Select(cell => IsInside(cell / Cells) && IsInside(cell % Cells) ? 1f : 0f)];

    private static bool IsInside(int place) => place is >= Cells / 4 and < 3 * Cells / 4;
}
