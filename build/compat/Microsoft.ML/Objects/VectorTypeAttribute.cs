namespace Microsoft.ML.Data;

[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class VectorTypeAttribute : Attribute
{
    public VectorTypeAttribute() => Dims = [0];

    public VectorTypeAttribute(int size)
    {
        Checks.That(size >= 0, nameof(size), "The size must not be negative");
        Dims = [size];
    }

    public VectorTypeAttribute(params int[] dimensions)
    {
        Checks.That(dimensions is { Length: > 0 } && dimensions.All(dimension => dimension >= 0), nameof(dimensions), "The dimensions must not be negative");
        Dims = dimensions;
    }

    internal int[] Dims { get; }
}
