using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Replaces a value by its 1-based place among the known ones, 0 for others.</summary>
public sealed class ValueToKeyMappingTransformer : OneToOneTransformerBase
{
    private readonly PrimitiveDataViewType _type;
    private readonly Array _values;
    private readonly bool _asText;
    private readonly object _map;

    internal ValueToKeyMappingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, PrimitiveDataViewType type, Array values, bool asText)
        : base(env.Register(nameof(ValueToKeyMappingTransformer)), (outputColumnName, inputColumnName))
    {
        _type = type;
        _values = values;
        _asText = asText;
        _map = Generics.Call(typeof(ValueToKeyMappingTransformer), nameof(MapOf), [type.RawType], values);
    }

    internal static ValueToKeyMappingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        (string output, string input) = ReadPairs(ctx.Reader)[0];
        bool asText = ctx.Reader.ReadBoolean();
        var type = (PrimitiveDataViewType)TypeCodec.Read(ctx.Reader);
        return new ValueToKeyMappingTransformer(env, output, input, type, ValueCodec.ReadArray(ctx.Reader, type), asText);
    }

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ValueToKeyMappingTransformer));
        WritePairs(ctx.Writer, ColumnPairs);
        ctx.Writer.Write(_asText);
        TypeCodec.Write(ctx.Writer, _type);
        ValueCodec.WriteArray(ctx.Writer, _type, _values);
    }

    internal override DataViewSchema.DetachedColumn OutputColumn(int index, DataViewSchema.Column source)
    {
        if (!source.Type.ItemType().Equals(_type))
            throw Checks.SchemaMismatch("inputSchema", "input", source.Name, _type.ToString(), source.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(source.Annotations, kind => kind == AnnotationKinds.SlotNames);
        if (_values.Length > 0)
            Generics.Call(typeof(ValueToKeyMappingTransformer), nameof(AddKeyValues), [_type.RawType], annotations, _type, _values, _asText);
        var key = new KeyDataViewType(typeof(uint), Math.Max(_values.Length, 1));
        return new DataViewSchema.DetachedColumn(ColumnPairs[index].Output, Values.WithItem(source.Type, key), annotations.ToAnnotations());
    }

    internal override Delegate MakeGetter(int index, DataViewRow row, DataViewSchema.Column source, List<Action> disposals)
        => (Delegate)Generics.Call(typeof(ValueToKeyMappingTransformer), nameof(KeyGetter), [_type.RawType], row, source, _map);

    private static Dictionary<T, uint> MapOf<T>(T[] values)
    {
        var map = new Dictionary<T, uint>(Values.Equality<T>());
        for (int i = 0; i < values.Length; i++)
            map.TryAdd(values[i], (uint)i + 1);
        return map;
    }

    private static Delegate KeyGetter<T>(DataViewRow row, DataViewSchema.Column source, Dictionary<T, uint> map)
        => Values.Map<T, uint>(row, source, value => map.GetValueOrDefault(value));

    private static void AddKeyValues<T>(DataViewSchema.Annotations.Builder annotations, PrimitiveDataViewType type, T[] values, bool asText)
    {
        if (asText && type is not TextDataViewType)
        {
            ReadOnlyMemory<char>[] texts = [.. values.Select(value => string.Format(System.Globalization.CultureInfo.InvariantCulture, "{0}", value).AsMemory())];
            AddKeyValues(annotations, TextDataViewType.Instance, texts, false);
            return;
        }
        var buffer = new VBuffer<T>(values.Length, values);
        annotations.Add(AnnotationKinds.KeyValues, new VectorDataViewType(type, values.Length), (ref VBuffer<T> destination) => buffer.CopyTo(ref destination));
    }
}
