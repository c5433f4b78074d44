using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

internal sealed class ColumnSelectingMapper : IRowToRowMapper
{
    private readonly DataViewSchema.Column[] _kept;

    public ColumnSelectingMapper(DataViewSchema inputSchema, DataViewSchema.Column[] kept)
    {
        InputSchema = inputSchema;
        _kept = kept;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(kept);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => [.. dependingColumns.Select(column => _kept[column.Index]).DistinctBy(column => column.Index)];

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        => new Row(input, OutputSchema, _kept, Columns.Active(OutputSchema, activeColumns));

    private sealed class Row(DataViewRow input, DataViewSchema schema, DataViewSchema.Column[] kept, bool[] active) : WrappingRow(input)
    {
        public override DataViewSchema Schema => schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Columns.CheckActive(this, column);
            return Input.GetGetter<TValue>(kept[column.Index]);
        }
    }
}
