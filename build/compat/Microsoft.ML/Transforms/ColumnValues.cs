using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>A whole column as an array of its raw type, vectors copied.</summary>
internal static class ColumnValues
{
    public static Array Read(IDataView data, DataViewSchema.Column column)
        => (Array)Generics.Call(typeof(ColumnValues), nameof(ReadTyped), [column.Type.RawType], data, column);

    private static T[] ReadTyped<T>(IDataView data, DataViewSchema.Column column)
    {
        var values = new List<T>();
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<T> read = cursor.GetGetter<T>(column);
        while (cursor.MoveNext())
        {
            // A fresh value each time, so that a vector's buffers are its own.
            T value = default;
            read(ref value);
            values.Add(value);
        }
        return [.. values];
    }
}
