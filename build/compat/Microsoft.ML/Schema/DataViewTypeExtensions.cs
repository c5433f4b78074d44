namespace Microsoft.ML.Data;

internal static class DataViewTypeExtensions
{
    /// <summary>The type of a vector's items, the type itself otherwise.</summary>
    public static DataViewType ItemType(this DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;

    /// <summary>How many classes a key has; 0 for what is no key.</summary>
    public static ulong KeyCount(this DataViewType type) => type is KeyDataViewType key ? key.Count : 0;

    /// <summary>True for what can be copied value by value: primitives and vectors of them.</summary>
    public static bool IsCacheable(this DataViewType type) => type is PrimitiveDataViewType or VectorDataViewType;

    public static PrimitiveDataViewType PrimitiveOf(Type type)
        => type == typeof(string) || type == typeof(ReadOnlyMemory<char>) ? TextDataViewType.Instance
            : type == typeof(bool) ? BooleanDataViewType.Instance
            : NumberDataViewType.All.FirstOrDefault(number => number.RawType == type);
}
