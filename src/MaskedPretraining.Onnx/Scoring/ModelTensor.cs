namespace MaskedPretraining.Onnx.Scoring;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">Type of its elements: <see cref="float"/>, <see cref="long"/>, ...</param>
/// <param name="Shape">Its shape, -1 for the free first axis; empty for a scalar.</param>
public sealed record ModelTensor(string Name, Type ElementType, IReadOnlyList<int> Shape)
{
    /// <summary>Shape of one row: without the first axis.</summary>
    public IReadOnlyList<int> RowShape => [.. Shape.Skip(1)];

    /// <summary>Elements of one row.</summary>
    public int RowLength => Shape.Skip(1).Aggregate(1, (product, length) => checked(product * length));

    /// <summary>Rows that the model fixes; 0 if it takes any number.</summary>
    internal int FixedRows => Shape.Count == 0 ? 1 : Math.Max(Shape[0], 0);

    internal long[] ShapeFor(int rows) => Shape.Count == 0 ? [] : [rows, .. Shape.Skip(1).Select(length => (long)length)];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {ElementType.Name} [{string.Join(", ", Shape.Select(length => length < 0 ? "N" : $"{length}"))}]";
}
