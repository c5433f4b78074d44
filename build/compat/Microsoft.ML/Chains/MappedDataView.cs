namespace Microsoft.ML.Data;

/// <summary>A source seen through a row to row mapper.</summary>
internal sealed class MappedDataView(IDataView source, IRowToRowMapper mapper) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
        => Over(source.GetRowCursor(mapper.GetDependencies(columnsNeeded), rand), columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
        => [.. source.GetRowCursorSet(mapper.GetDependencies(columnsNeeded), n, rand).Select(cursor => Over(cursor, columnsNeeded))];

    private MappedCursor Over(DataViewRowCursor cursor, IEnumerable<DataViewSchema.Column> columnsNeeded) => new(cursor, mapper.GetRow(cursor, columnsNeeded));
}
