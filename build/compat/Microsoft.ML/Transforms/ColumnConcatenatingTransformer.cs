using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Joins scalars and vectors of one item type to a vector.</summary>
public sealed class ColumnConcatenatingTransformer : RowToRowTransformerBase
{
    internal readonly string OutputColumnName;
    internal readonly string[] InputColumnNames;

    internal ColumnConcatenatingTransformer(IHostEnvironment env, string outputColumnName, string[] inputColumnNames)
        : base(env.Register(nameof(ColumnConcatenatingTransformer)))
    {
        Checks.NonEmpty(outputColumnName, nameof(outputColumnName));
        Checks.NotNull(inputColumnNames, nameof(inputColumnNames));
        OutputColumnName = outputColumnName;
        InputColumnNames = inputColumnNames.Length == 0 ? [outputColumnName] : inputColumnNames;
    }

    internal static ColumnConcatenatingTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        string output = ctx.Reader.ReadString();
        var inputs = new string[ctx.Reader.ReadInt32()];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = ctx.Reader.ReadString();
        return new ColumnConcatenatingTransformer(env, output, inputs);
    }

    internal override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(ColumnConcatenatingTransformer));
        ctx.Writer.Write(OutputColumnName);
        ctx.Writer.Write(InputColumnNames.Length);
        foreach (string input in InputColumnNames)
            ctx.Writer.Write(input);
    }

    internal override AddedColumnsMapper MakeMapper(DataViewSchema inputSchema)
    {
        DataViewSchema.Column[] sources = [.. InputColumnNames.Select(name
            => inputSchema.GetColumnOrNull(name) ?? throw Checks.MissingColumn(nameof(inputSchema), "input", name))];
        DataViewType item = sources[0].Type.ItemType();
        int size = 0;
        bool known = true;
        foreach (DataViewSchema.Column source in sources)
        {
            if (!source.Type.ItemType().Equals(item) || item is not PrimitiveDataViewType)
                throw Checks.SchemaMismatch(nameof(inputSchema), "input", source.Name, item.ToString(), source.Type.ToString());
            known &= source.Type is not VectorDataViewType { IsKnownSize: false };
            size += source.Type is VectorDataViewType vector ? vector.Size : 1;
        }
        var annotations = new DataViewSchema.Annotations.Builder();
        if (known && SlotNames(sources) is { } names)
            annotations.Add(AnnotationKinds.SlotNames, new VectorDataViewType(TextDataViewType.Instance, size), names);
        var column = new DataViewSchema.DetachedColumn(OutputColumnName, new VectorDataViewType((PrimitiveDataViewType)item, known ? size : 0), annotations.ToAnnotations());
        return new Mapper(inputSchema, column, sources);
    }

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> SlotNames(DataViewSchema.Column[] sources)
    {
        if (sources.Any(source => source.Type is VectorDataViewType && !source.HasSlotNames()))
            return null;
        var names = new List<ReadOnlyMemory<char>>();
        foreach (DataViewSchema.Column source in sources)
        {
            VBuffer<ReadOnlyMemory<char>> slots = default;
            if (source.Type is VectorDataViewType)
                source.GetSlotNames(ref slots);
            names.AddRange(source.Type is VectorDataViewType
                ? slots.DenseValues().Select(slot => sources.Length == 1 ? slot : $"{source.Name}.{slot}".AsMemory())
                : [source.Name.AsMemory()]);
        }
        var value = new VBuffer<ReadOnlyMemory<char>>(names.Count, [.. names]);
        return (ref VBuffer<ReadOnlyMemory<char>> destination) => value.CopyTo(ref destination);
    }

    private static Delegate MakeGetter<T>(DataViewRow row, DataViewSchema.Column[] sources)
    {
        var parts = new ValueGetter<VBuffer<T>>[sources.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (sources[i].Type is VectorDataViewType)
                parts[i] = row.GetGetter<VBuffer<T>>(sources[i]);
            else
            {
                ValueGetter<T> scalar = row.GetGetter<T>(sources[i]);
                var one = new T[1];
                parts[i] = (ref VBuffer<T> destination) =>
                {
                    scalar(ref one[0]);
                    destination = new VBuffer<T>(1, one);
                };
            }
        }
        var buffers = new VBuffer<T>[parts.Length];
        return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> destination) =>
        {
            int length = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i](ref buffers[i]);
                length += buffers[i].Length;
            }
            VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
            int offset = 0;
            foreach (VBuffer<T> buffer in buffers)
            {
                buffer.CopyTo(editor.Values, offset);
                offset += buffer.Length;
            }
            destination = editor.Commit();
        });
    }

    private sealed class Mapper(DataViewSchema inputSchema, DataViewSchema.DetachedColumn column, DataViewSchema.Column[] sources)
        : AddedColumnsMapper(inputSchema, [column])
    {
        protected override IEnumerable<int> Dependencies(int output) => sources.Select(source => source.Index);

        protected override Delegate[] MakeGetters(DataViewRow input, bool[] active, out Action dispose)
        {
            dispose = null;
            return active[0]
                ? [(Delegate)Generics.Call(typeof(ColumnConcatenatingTransformer), nameof(MakeGetter), [sources[0].Type.ItemType().RawType], input, sources)]
                : [null];
        }
    }
}
