namespace MaskedPretraining.Onnx.Scoring;

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">Type of its elements: <see cref="float"/>, <see cref="long"/>, ...</param>
/// <param name="Shape">Its shape, -1 for the free first axis; empty for a scalar.</param>
/// <param name="HasRowAxis">Whether the first axis counts rows. The outputs of a model for a single row may lack that axis; then the whole tensor belongs to the row.</param>
public sealed record ModelTensor(string Name, Type ElementType, IReadOnlyList<int> Shape, bool HasRowAxis)
{
    /// <summary>Shape of one row.</summary>
    public IReadOnlyList<int> RowShape => HasRowAxis ? [.. Shape.Skip(1)] : Shape;

    /// <summary>Elements of one row.</summary>
    public int RowLength { get; } = Shape.Skip(HasRowAxis ? 1 : 0).Aggregate(1, (product, length) => checked(product * length));

    /// <summary>Rows that the model fixes; 0 if it takes any number.</summary>
    internal int FixedRows => HasRowAxis ? Math.Max(Shape[0], 0) : 1;

    internal long[] ShapeFor(int rows) => HasRowAxis ? [rows, .. RowShape.Select(length => (long)length)] : [.. RowShape.Select(length => (long)length)];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {ElementType.Name} [{string.Join(", ", Shape.Select(length => length < 0 ? "N" : $"{length}"))}]";
}
