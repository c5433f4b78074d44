using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that makes an output column out of each of its input columns.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    internal readonly (string Output, string Input)[] ColumnPairs;

    internal OneToOneTransformerBase(IHost host, params (string Output, string Input)[] columns)
        : base(host)
    {
        foreach ((string output, string input) in columns)
        {
            Checks.NonEmpty(output, "outputColumnName");
            Checks.NonEmpty(input, "inputColumnName");
        }
        ColumnPairs = columns;
    }

    internal override AddedColumnsMapper MakeMapper(DataViewSchema inputSchema)
    {
        var sources = new int[ColumnPairs.Length];
        var added = new DataViewSchema.DetachedColumn[ColumnPairs.Length];
        for (int i = 0; i < sources.Length; i++)
        {
            DataViewSchema.Column source = inputSchema.GetColumnOrNull(ColumnPairs[i].Input)
                ?? throw Checks.MissingColumn(nameof(inputSchema), "input", ColumnPairs[i].Input);
            sources[i] = source.Index;
            added[i] = OutputColumn(i, source);
        }
        return new OneToOneMapper(this, inputSchema, added, sources);
    }

    /// <summary>The column made of <paramref name="source"/>; throws a schema mismatch when it cannot be.</summary>
    internal abstract DataViewSchema.DetachedColumn OutputColumn(int index, DataViewSchema.Column source);

    /// <summary>The getter of the output column, a <c>ValueGetter</c> of its raw type; what it holds goes with the row by <paramref name="disposals"/>.</summary>
    internal abstract Delegate MakeGetter(int index, DataViewRow row, DataViewSchema.Column source, List<Action> disposals);

    internal static void WritePairs(BinaryWriter writer, (string Output, string Input)[] pairs)
    {
        writer.Write(pairs.Length);
        foreach ((string output, string input) in pairs)
        {
            writer.Write(output);
            writer.Write(input);
        }
    }

    internal static (string Output, string Input)[] ReadPairs(BinaryReader reader)
    {
        var pairs = new (string Output, string Input)[reader.ReadInt32()];
        for (int i = 0; i < pairs.Length; i++)
            pairs[i] = (reader.ReadString(), reader.ReadString());
        return pairs;
    }

    private sealed class OneToOneMapper(OneToOneTransformerBase owner, DataViewSchema inputSchema, DataViewSchema.DetachedColumn[] added, int[] sources)
        : AddedColumnsMapper(inputSchema, added)
    {
        protected override IEnumerable<int> Dependencies(int output) => [sources[output]];

        protected override Delegate[] MakeGetters(DataViewRow input, bool[] active, out Action dispose)
        {
            var disposals = new List<Action>();
            var getters = new Delegate[sources.Length];
            for (int i = 0; i < sources.Length; i++)
            {
                if (active[i])
                    getters[i] = owner.MakeGetter(i, input, InputSchema[sources[i]], disposals);
            }
            dispose = () => disposals.ForEach(disposal => disposal());
            return getters;
        }
    }
}
