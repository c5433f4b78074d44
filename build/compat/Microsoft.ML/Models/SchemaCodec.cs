using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>A schema in a model file; columns of types that cannot be written are left out.</summary>
internal static class SchemaCodec
{
    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        DataViewSchema.Column[] columns = [.. schema.Where(column => !column.IsHidden && TypeCodec.CanWrite(column.Type))];
        writer.Write(columns.Length);
        foreach (DataViewSchema.Column column in columns)
        {
            writer.Write(column.Name);
            TypeCodec.Write(writer, column.Type);
            WriteAnnotations(writer, column.Annotations);
        }
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        var builder = new DataViewSchema.Builder();
        for (int left = reader.ReadInt32(); left > 0; left--)
            builder.AddColumn(reader.ReadString(), TypeCodec.Read(reader), ReadAnnotations(reader));
        return builder.ToSchema();
    }

    public static void WriteAnnotations(BinaryWriter writer, DataViewSchema.Annotations annotations)
    {
        DataViewSchema.Column[] columns = [.. annotations.Schema.Where(column => TypeCodec.CanWrite(column.Type))];
        writer.Write(columns.Length);
        foreach (DataViewSchema.Column column in columns)
        {
            writer.Write(column.Name);
            TypeCodec.Write(writer, column.Type);
            ValueCodec.Write(writer, column.Type, Generics.Call(typeof(SchemaCodec), nameof(ValueOf), [column.Type.RawType], annotations.GetterOf(column.Index)));
        }
    }

    public static DataViewSchema.Annotations ReadAnnotations(BinaryReader reader)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            string name = reader.ReadString();
            DataViewType type = TypeCodec.Read(reader);
            builder.Add(name, type, (Delegate)Generics.Call(typeof(SchemaCodec), nameof(GetterOf), [type.RawType], ValueCodec.Read(reader, type)));
        }
        return builder.ToAnnotations();
    }

    private static object ValueOf<T>(ValueGetter<T> getter)
    {
        T value = default;
        getter(ref value);
        return value;
    }

    // A vector is handed out as a copy: callers may write into the buffers that they get.
    private static ValueGetter<T> GetterOf<T>(T value)
        => typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>)
            ? (ValueGetter<T>)Generics.Call(typeof(SchemaCodec), nameof(VectorGetterOf), typeof(T).GetGenericArguments(), value)
            : (ref T destination) => destination = value;

    private static ValueGetter<VBuffer<T>> VectorGetterOf<T>(VBuffer<T> value) => (ref VBuffer<T> destination) => value.CopyTo(ref destination);
}
