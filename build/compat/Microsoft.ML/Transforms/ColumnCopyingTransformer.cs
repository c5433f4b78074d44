using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms;

public sealed class ColumnCopyingTransformer : OneToOneTransformerBase
{
    internal ColumnCopyingTransformer(IHostEnvironment env, params (string Output, string Input)[] columns)
        : base(env.Register(nameof(ColumnCopyingTransformer)), columns)
    {
    }

    internal static ColumnCopyingTransformer Load(IHostEnvironment env, ModelLoadContext ctx) => new(env, ReadPairs(ctx.Reader));

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ColumnCopyingTransformer));
        WritePairs(ctx.Writer, ColumnPairs);
    }

    internal override DataViewSchema.DetachedColumn OutputColumn(int index, DataViewSchema.Column source)
        => new(ColumnPairs[index].Output, source.Type, source.Annotations);

    internal override Delegate MakeGetter(int index, DataViewRow row, DataViewSchema.Column source, List<Action> disposals) => Columns.Getter(row, source);
}
