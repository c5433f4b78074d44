using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Values in a model file, by the type of their column.</summary>
internal static class ValueCodec
{
    public static void WriteArray(BinaryWriter writer, DataViewType type, Array values)
    {
        writer.Write(values.Length);
        foreach (object value in values)
            Write(writer, type, value);
    }

    public static Array ReadArray(BinaryReader reader, DataViewType type)
    {
        var values = Array.CreateInstance(type.RawType, reader.ReadInt32());
        for (int i = 0; i < values.Length; i++)
            values.SetValue(Read(reader, type), i);
        return values;
    }

    public static void Write(BinaryWriter writer, DataViewType type, object value)
    {
        if (type is VectorDataViewType vector)
        {
            WriteArray(writer, vector.ItemType, (Array)Generics.Call(typeof(ValueCodec), nameof(ToArray), [vector.ItemType.RawType], value));
            return;
        }
        switch (value)
        {
            case ReadOnlyMemory<char> text: writer.Write(text.ToString()); break;
            case bool item: writer.Write(item); break;
            case sbyte item: writer.Write(item); break;
            case byte item: writer.Write(item); break;
            case short item: writer.Write(item); break;
            case ushort item: writer.Write(item); break;
            case int item: writer.Write(item); break;
            case uint item: writer.Write(item); break;
            case long item: writer.Write(item); break;
            case ulong item: writer.Write(item); break;
            case float item: writer.Write(item); break;
            case double item: writer.Write(item); break;
            default: throw new NotSupportedException($"Values of type {value?.GetType()} cannot be written");
        }
    }

    public static object Read(BinaryReader reader, DataViewType type)
    {
        if (type is VectorDataViewType vector)
            return Generics.Call(typeof(ValueCodec), nameof(ToBuffer), [vector.ItemType.RawType], ReadArray(reader, vector.ItemType));
        return type is TextDataViewType ? reader.ReadString().AsMemory() : Type.GetTypeCode(type.RawType) switch
        {
            TypeCode.Boolean => reader.ReadBoolean(),
            TypeCode.SByte => reader.ReadSByte(),
            TypeCode.Byte => reader.ReadByte(),
            TypeCode.Int16 => reader.ReadInt16(),
            TypeCode.UInt16 => reader.ReadUInt16(),
            TypeCode.Int32 => reader.ReadInt32(),
            TypeCode.UInt32 => reader.ReadUInt32(),
            TypeCode.Int64 => reader.ReadInt64(),
            TypeCode.UInt64 => reader.ReadUInt64(),
            TypeCode.Single => reader.ReadSingle(),
            TypeCode.Double => reader.ReadDouble(),
            _ => throw new NotSupportedException($"Values of type {type} cannot be read"),
        };
    }

    private static T[] ToArray<T>(VBuffer<T> buffer) => [.. buffer.DenseValues()];

    private static VBuffer<T> ToBuffer<T>(T[] values) => new(values.Length, values);
}
