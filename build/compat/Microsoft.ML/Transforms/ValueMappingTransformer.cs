using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Looks a value up in a table; what the table lacks becomes the default value.</summary>
public class ValueMappingTransformer : OneToOneTransformerBase
{
    private readonly PrimitiveDataViewType _keyType;
    private readonly Array _keys;
    private readonly Array _values;
    private readonly object _map;

    internal ValueMappingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, IDataView lookup, DataViewSchema.Column keyColumn,
        DataViewSchema.Column valueColumn)
        : this(env, outputColumnName, inputColumnName, KeyTypeOf(keyColumn), ColumnValues.Read(lookup, keyColumn), valueColumn.Type, ColumnValues.Read(lookup, valueColumn),
            valueColumn.Annotations)
    {
    }

    private ValueMappingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, PrimitiveDataViewType keyType, Array keys, DataViewType valueType,
        Array values, DataViewSchema.Annotations valueAnnotations)
        : base(env.Register(nameof(ValueMappingTransformer)), (outputColumnName, inputColumnName))
    {
        _keyType = keyType;
        _keys = keys;
        _values = values;
        ValueType = valueType;
        ValueAnnotations = valueAnnotations;
        _map = Generics.Call(typeof(ValueMappingTransformer), nameof(MapOf), [keyType.RawType, valueType.RawType], keys, values);
    }

    internal DataViewType ValueType { get; }

    internal DataViewSchema.Annotations ValueAnnotations { get; }

    internal static ValueMappingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        (string output, string input) = ReadPairs(ctx.Reader)[0];
        var keyType = (PrimitiveDataViewType)TypeCodec.Read(ctx.Reader);
        Array keys = ValueCodec.ReadArray(ctx.Reader, keyType);
        DataViewType valueType = TypeCodec.Read(ctx.Reader);
        Array values = ValueCodec.ReadArray(ctx.Reader, valueType);
        return new ValueMappingTransformer(env, output, input, keyType, keys, valueType, values, SchemaCodec.ReadAnnotations(ctx.Reader));
    }

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ValueMappingTransformer));
        WritePairs(ctx.Writer, ColumnPairs);
        TypeCodec.Write(ctx.Writer, _keyType);
        ValueCodec.WriteArray(ctx.Writer, _keyType, _keys);
        TypeCodec.Write(ctx.Writer, ValueType);
        ValueCodec.WriteArray(ctx.Writer, ValueType, _values);
        SchemaCodec.WriteAnnotations(ctx.Writer, ValueAnnotations);
    }

    internal override DataViewSchema.DetachedColumn OutputColumn(int index, DataViewSchema.Column source)
    {
        if (source.Type.ItemType().RawType != _keyType.RawType)
            throw Checks.SchemaMismatch("inputSchema", "input", source.Name, _keyType.ToString(), source.Type.ToString());
        if (source.Type is VectorDataViewType && ValueType is not PrimitiveDataViewType)
            throw Checks.SchemaMismatch("inputSchema", "input", source.Name, "scalar, as the values are vectors", source.Type.ToString());
        DataViewType type = ValueType is PrimitiveDataViewType item ? Values.WithItem(source.Type, item) : ValueType;
        return new DataViewSchema.DetachedColumn(ColumnPairs[index].Output, type, ValueAnnotations);
    }

    internal override Delegate MakeGetter(int index, DataViewRow row, DataViewSchema.Column source, List<Action> disposals)
        => (Delegate)Generics.Call(typeof(ValueMappingTransformer), nameof(LookupGetter), [_keyType.RawType, ValueType.RawType], row, source, _map);

    private static PrimitiveDataViewType KeyTypeOf(DataViewSchema.Column column)
        => column.Type as PrimitiveDataViewType ?? throw Checks.SchemaMismatch("lookupMap", "key", column.Name, "scalar", column.Type.ToString());

    private static Dictionary<TKey, TValue> MapOf<TKey, TValue>(TKey[] keys, TValue[] values)
    {
        var map = new Dictionary<TKey, TValue>(Values.Equality<TKey>());
        for (int i = 0; i < keys.Length; i++)
        {
            if (!map.TryAdd(keys[i], values[i]))
                throw new InvalidOperationException($"Duplicate of key {keys[i]} already exists in the dictionary");
        }
        return map;
    }

    private static Delegate LookupGetter<TKey, TValue>(DataViewRow row, DataViewSchema.Column source, Dictionary<TKey, TValue> map)
        => Values.Map<TKey, TValue>(row, source, key => map.GetValueOrDefault(key));
}
