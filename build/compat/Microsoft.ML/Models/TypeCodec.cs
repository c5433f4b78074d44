using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Column types in a model file.</summary>
internal static class TypeCodec
{
    private const byte Number = 1;
    private const byte Text = 2;
    private const byte Boolean = 3;
    private const byte Key = 4;
    private const byte Vector = 5;

    /// <summary>False for types of outside, such as images, which no file holds.</summary>
    public static bool CanWrite(DataViewType type)
        => type is NumberDataViewType or TextDataViewType or BooleanDataViewType or KeyDataViewType || (type is VectorDataViewType vector && CanWrite(vector.ItemType));

    public static void Write(BinaryWriter writer, DataViewType type)
    {
        switch (type)
        {
            case NumberDataViewType:
                writer.Write(Number);
                writer.Write(type.RawType.Name);
                break;
            case TextDataViewType:
                writer.Write(Text);
                break;
            case BooleanDataViewType:
                writer.Write(Boolean);
                break;
            case KeyDataViewType key:
                writer.Write(Key);
                writer.Write(key.RawType.Name);
                writer.Write(key.Count);
                break;
            case VectorDataViewType vector:
                writer.Write(Vector);
                Write(writer, vector.ItemType);
                writer.Write(vector.Dimensions.Length);
                foreach (int dimension in vector.Dimensions)
                    writer.Write(dimension);
                break;
            default:
                throw new NotSupportedException($"Columns of type {type} cannot be written");
        }
    }

    public static DataViewType Read(BinaryReader reader)
    {
        byte kind = reader.ReadByte();
        switch (kind)
        {
            case Number:
                return NumberOf(reader.ReadString());
            case Text:
                return TextDataViewType.Instance;
            case Boolean:
                return BooleanDataViewType.Instance;
            case Key:
                return new KeyDataViewType(NumberOf(reader.ReadString()).RawType, reader.ReadUInt64());
            case Vector:
                var item = (PrimitiveDataViewType)Read(reader);
                var dimensions = new int[reader.ReadInt32()];
                for (int i = 0; i < dimensions.Length; i++)
                    dimensions[i] = reader.ReadInt32();
                return new VectorDataViewType(item, dimensions);
            default:
                throw new FormatException($"Corrupt model file: {kind} is no column type");
        }
    }

    private static NumberDataViewType NumberOf(string name) => NumberDataViewType.All.First(number => number.RawType.Name == name);
}
