namespace Microsoft.ML.Data;

public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        Checks.NotNull(data, nameof(data));
        Checks.NonEmpty(columnName, nameof(columnName));
        return data.GetColumn<T>(data.Schema.GetColumnOrNull(columnName) ?? throw Checks.MissingColumn(nameof(columnName), "input", columnName));
    }

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Checks.NotNull(data, nameof(data));
        // A value of the column's own type is handed on as it is: the next row writes into the same vector.
        Delegate convert = typeof(T) == column.Type.RawType ? (T value) => value : ObjectValues.FromColumn(column.Type.RawType, typeof(T))
            ?? throw new ArgumentOutOfRangeException(nameof(column), $"Can't read a column of type '{column.Type}' as '{typeof(T)}'");
        return (IEnumerable<T>)Generics.Call(typeof(ColumnCursorExtensions), nameof(Read), [column.Type.RawType, typeof(T)], data, column, convert);
    }

    private static IEnumerable<T> Read<TRaw, T>(IDataView data, DataViewSchema.Column column, Func<TRaw, T> convert)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<TRaw> read = cursor.GetGetter<TRaw>(column);
        TRaw value = default;
        while (cursor.MoveNext())
        {
            read(ref value);
            yield return convert(value);
        }
    }
}
