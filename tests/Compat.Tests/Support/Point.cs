using Microsoft.ML.Data;

namespace Compat.Tests.Support;

/// <summary>A row with a column of each common kind.</summary>
public sealed class Point
{
    public float Number { get; set; }

    public string Name { get; set; } = "";

    [VectorType(3)]
    public float[] Values { get; set; } = [0, 0, 0];

    public bool Flag { get; set; }

    [NoColumn]
    public int Ignored { get; set; }

    public static Point[] Some(int count) => [.. Enumerable.Range(0, count).Select(i => new Point
    {
        Number = i,
        Name = i % 3 == 0 ? "" : "n" + (i % 3),
        Values = [i, i + 0.5f, -i],
        Flag = i % 2 == 0,
    })];
}
