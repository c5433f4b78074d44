using Microsoft.ML.Data;

namespace Compat.Tests.Onnx;

public sealed class VectorRow
{
    [VectorType(3)]
    public float[] x { get; set; } = [];

    public static VectorRow[] Some => [new() { x = [1, 5, 2] }, new() { x = [-1, -2, 8] }, new() { x = [4, 0, 0] }];
}
