namespace Microsoft.ML.Data;

/// <summary>Leaves every input column and adds some.</summary>
internal abstract class AddedColumnsMapper : IRowToRowMapper
{
    private readonly int _added;

    protected AddedColumnsMapper(DataViewSchema inputSchema, DataViewSchema.DetachedColumn[] added)
    {
        _added = added.Length;
        InputSchema = inputSchema;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(added);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new bool[InputSchema.Count];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            if (column.Index < InputSchema.Count)
                needed[column.Index] = true;
            else
            {
                foreach (int source in Dependencies(column.Index - InputSchema.Count))
                    needed[source] = true;
            }
        }
        return InputSchema.Where(column => needed[column.Index]);
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Checks.NotNull(input, nameof(input));
        Checks.That(ReferenceEquals(input.Schema, InputSchema), nameof(input), "The row's schema is not the one that the mapper was made for");
        bool[] active = Columns.Active(OutputSchema, activeColumns);
        Delegate[] getters = MakeGetters(input, active[InputSchema.Count..], out Action dispose);
        return new AddedColumnsRow(input, OutputSchema, active, getters, dispose);
    }

    /// <summary>Indices of the input columns that an added column is made of.</summary>
    protected abstract IEnumerable<int> Dependencies(int output);

    /// <summary>A getter for each active added column; <paramref name="dispose"/> is called with the row's disposal.</summary>
    protected abstract Delegate[] MakeGetters(DataViewRow input, bool[] active, out Action dispose);
}
