using System.Numerics;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

/// <summary>Numbers and truth values as Single or Double; the package knows more kinds, this repository no more than these.</summary>
public sealed class TypeConvertingTransformer : OneToOneTransformerBase
{
    private readonly DataKind _kind;

    internal TypeConvertingTransformer(IHostEnvironment env, string outputColumnName, string inputColumnName, DataKind kind)
        : base(env.Register(nameof(TypeConvertingTransformer)), (outputColumnName, inputColumnName))
    {
        if (kind is not (DataKind.Single or DataKind.Double))
            throw new NotSupportedException($"Conversion to {kind} is not part of this subset");
        _kind = kind;
    }

    internal NumberDataViewType OutputType => _kind == DataKind.Single ? NumberDataViewType.Single : NumberDataViewType.Double;

    internal static bool CanConvert(DataViewType item) => item is NumberDataViewType or BooleanDataViewType;

    internal static TypeConvertingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        (string output, string input) = ReadPairs(ctx.Reader)[0];
        return new TypeConvertingTransformer(env, output, input, (DataKind)ctx.Reader.ReadByte());
    }

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(TypeConvertingTransformer));
        WritePairs(ctx.Writer, ColumnPairs);
        ctx.Writer.Write((byte)_kind);
    }

    internal override DataViewSchema.DetachedColumn OutputColumn(int index, DataViewSchema.Column source)
    {
        if (!CanConvert(source.Type.ItemType()))
            throw Checks.SchemaMismatch("inputSchema", "input", source.Name, "number or Boolean", source.Type.ToString());
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(source.Annotations, kind => kind == AnnotationKinds.SlotNames);
        return new DataViewSchema.DetachedColumn(ColumnPairs[index].Output, Values.WithItem(source.Type, OutputType), annotations.ToAnnotations());
    }

    internal override Delegate MakeGetter(int index, DataViewRow row, DataViewSchema.Column source, List<Action> disposals)
        => source.Type.ItemType() is BooleanDataViewType
            ? (Delegate)Generics.Call(typeof(TypeConvertingTransformer), nameof(BooleanGetter), [OutputType.RawType], row, source)
            : (Delegate)Generics.Call(typeof(TypeConvertingTransformer), nameof(NumberGetter), [source.Type.ItemType().RawType, OutputType.RawType], row, source);

    private static Delegate BooleanGetter<TResult>(DataViewRow row, DataViewSchema.Column source)
        where TResult : INumberBase<TResult>
        => Values.Map<bool, TResult>(row, source, value => value ? TResult.One : TResult.Zero);

    private static Delegate NumberGetter<TSource, TResult>(DataViewRow row, DataViewSchema.Column source)
        where TSource : INumberBase<TSource>
        where TResult : INumberBase<TResult>
        => Values.Map<TSource, TResult>(row, source, TResult.CreateTruncating);
}
