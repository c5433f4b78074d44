using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Replaces a key by what its KeyValues annotation says, a missing key by the missing value.</summary>
public sealed class KeyToValueMappingTransformer : OneToOneTransformerBase
{
    internal KeyToValueMappingTransformer(IHostEnvironment env, params (string Output, string Input)[] columns)
        : base(env.Register(nameof(KeyToValueMappingTransformer)), columns)
    {
    }

    internal static KeyToValueMappingTransformer Load(IHostEnvironment env, ModelLoadContext ctx) => new(env, ReadPairs(ctx.Reader));

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(KeyToValueMappingTransformer));
        WritePairs(ctx.Writer, ColumnPairs);
    }

    internal override DataViewSchema.DetachedColumn OutputColumn(int index, DataViewSchema.Column source)
    {
        if (source.Type.ItemType() is not KeyDataViewType)
            throw Checks.SchemaMismatch("inputSchema", "input", source.Name, "KeyType", source.Type.ToString());
        VectorDataViewType values = KeyValuesType(source) ?? throw new ArgumentOutOfRangeException("inputSchema", $"Input column '{source.Name}' doesn't contain key values metadata");
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(source.Annotations, kind => kind == AnnotationKinds.SlotNames);
        return new DataViewSchema.DetachedColumn(ColumnPairs[index].Output, Values.WithItem(source.Type, values.ItemType), annotations.ToAnnotations());
    }

    internal override Delegate MakeGetter(int index, DataViewRow row, DataViewSchema.Column source, List<Action> disposals)
        => (Delegate)Generics.Call(typeof(KeyToValueMappingTransformer), nameof(ValueGetterOf),
            [source.Type.ItemType().RawType, KeyValuesType(source).ItemType.RawType], row, source);

    private static VectorDataViewType KeyValuesType(DataViewSchema.Column source)
        => source.Annotations.Schema.GetColumnOrNull(AnnotationKinds.KeyValues)?.Type as VectorDataViewType;

    private static Delegate ValueGetterOf<TKey, TValue>(DataViewRow row, DataViewSchema.Column source)
    {
        VBuffer<TValue> buffer = default;
        source.GetKeyValues(ref buffer);
        TValue[] values = [.. buffer.DenseValues()];
        Func<TKey, ulong> read = Values.KeyReader<TKey>();
        return Values.Map<TKey, TValue>(row, source, key =>
        {
            ulong place = read(key);
            return place == 0 || place > (ulong)values.Length ? Values.Missing<TValue>() : values[place - 1];
        });
    }
}
