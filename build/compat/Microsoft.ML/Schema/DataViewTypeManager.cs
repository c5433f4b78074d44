using System.Collections.Concurrent;

namespace Microsoft.ML.Data;

public static class DataViewTypeManager
{
    private static readonly ConcurrentDictionary<(Type, DataViewTypeAttribute), DataViewType> Types = new();

    public static void Register(DataViewType dataViewType, Type type, DataViewTypeAttribute typeAttribute = null)
    {
        Checks.NotNull(dataViewType, nameof(dataViewType));
        Checks.NotNull(type, nameof(type));
        if (!Types.GetOrAdd((type, typeAttribute), dataViewType).Equals(dataViewType))
            throw new ArgumentOutOfRangeException(nameof(type), $"Type {type} is already registered as another column type");
    }

    internal static DataViewType Find(Type type, DataViewTypeAttribute typeAttribute)
        => Types.TryGetValue((type, typeAttribute), out DataViewType found) ? found : null;
}
