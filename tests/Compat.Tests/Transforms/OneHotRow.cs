using Microsoft.ML.Data;

namespace Compat.Tests.Transforms;

public sealed class OneHotRow
{
    [VectorType(1, 3)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";

    public static OneHotRow[] Each => [new() { Features = [1, 0, 0], Label = "cat" }, new() { Features = [0, 1, 0], Label = "dog" }, new() { Features = [0, 0, 1], Label = "owl" }];
}
