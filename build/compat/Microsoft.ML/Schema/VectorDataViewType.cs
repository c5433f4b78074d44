using System.Collections.Immutable;

namespace Microsoft.ML.Data;

public sealed class VectorDataViewType : StructuredDataViewType
{
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0)
        : this(itemType, ImmutableArray.Create(size))
    {
    }

    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions)
        : this(itemType, ImmutableArray.Create(dimensions))
    {
    }

    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions)
        : base(typeof(VBuffer<>).MakeGenericType(RawOf(itemType)))
    {
        Checks.That(!dimensions.IsDefaultOrEmpty, nameof(dimensions), "There must be at least one dimension");
        Checks.That(dimensions.All(dimension => dimension >= 0), nameof(dimensions), "The dimensions must not be negative");
        ItemType = itemType;
        Dimensions = dimensions;
        int size = 1;
        foreach (int dimension in dimensions)
            size = checked(size * dimension);
        Size = size;
    }

    public ImmutableArray<int> Dimensions { get; }

    public PrimitiveDataViewType ItemType { get; }

    public bool IsKnownSize => Size > 0;

    public int Size { get; }

    public override bool Equals(DataViewType other)
        => other is VectorDataViewType vector && vector.ItemType.Equals(ItemType) && vector.Dimensions.AsSpan().SequenceEqual(Dimensions.AsSpan());

    public override bool Equals(object other) => other is DataViewType type && Equals(type);

    public override int GetHashCode() => HashCode.Combine(ItemType, Dimensions.Length, Size);

    public override string ToString()
    {
        string dimensions = Dimensions.Length == 1
            ? Size > 0 ? $", {Size}" : ""
            : string.Concat(Dimensions.Select(dimension => dimension > 0 ? $", {dimension}" : ", *"));
        return $"Vector<{ItemType}{dimensions}>";
    }

    private static Type RawOf(PrimitiveDataViewType itemType)
    {
        Checks.NotNull(itemType, nameof(itemType));
        return itemType.RawType;
    }
}
