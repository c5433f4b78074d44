namespace Microsoft.ML.Data;

/// <summary>Objects as rows; a list can be shuffled and counted, another sequence only walked through.</summary>
internal sealed class EnumerableDataView<TRow> : IDataView
    where TRow : class
{
    private readonly IEnumerable<TRow> _rows;
    private readonly IList<TRow> _list;
    private readonly RowReader<TRow> _reader;

    public EnumerableDataView(IEnumerable<TRow> rows, SchemaDefinition definition)
    {
        _rows = rows;
        _list = rows as IList<TRow>;
        _reader = new RowReader<TRow>(definition);
    }

    public bool CanShuffle => _list != null;

    public DataViewSchema Schema => _reader.Schema;

    public long? GetRowCount() => (_rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        if (_list != null)
        {
            int[] order = rand == null ? null : Shuffling.Order(_list.Count, rand);
            return new IndexedCursor(Schema, columnsNeeded, _list.Count, order, cursor => column => _reader.Getter(column, () => _list[cursor.Row]));
        }
        IEnumerator<TRow> rows = _rows.GetEnumerator();
        return new IndexedCursor(Schema, columnsNeeded, long.MaxValue, null, _ => column => _reader.Getter(column, () => rows.Current),
            _ => rows.MoveNext(), rows.Dispose);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
