namespace Microsoft.ML.Data;

/// <summary>Holds each column from the first time that it is asked for; columns that cannot be copied (images) are left out of the schema.</summary>
internal sealed class CacheDataView : IDataView
{
    private readonly IDataView _source;
    private readonly ColumnStore[] _stores;
    private readonly Lock _lock = new();
    private int? _count;

    public CacheDataView(IDataView source)
    {
        _source = CacheableColumns.Of(source);
        _stores = new ColumnStore[_source.Schema.Count];
    }

    public bool CanShuffle => true;

    public DataViewSchema Schema => _source.Schema;

    public long? GetRowCount() => _count ?? _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        int count = Fill(needed);
        int[] order = rand == null ? null : Shuffling.Order(count, rand);
        return new IndexedCursor(Schema, needed, count, order, cursor => column => _stores[column].Getter(() => cursor.Row));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private int Fill(DataViewSchema.Column[] needed)
    {
        lock (_lock)
        {
            DataViewSchema.Column[] missing = [.. needed.Where(column => _stores[column.Index] == null)];
            if (missing.Length == 0 && _count is int known)
                return known;
            using DataViewRowCursor cursor = _source.GetRowCursor(missing);
            ColumnStore[] stores = [.. missing.Select(column => ColumnStore.Of(cursor, column))];
            int count = 0;
            for (; cursor.MoveNext(); count++)
            {
                foreach (ColumnStore store in stores)
                    store.Take(count);
            }
            for (int i = 0; i < missing.Length; i++)
                _stores[missing[i].Index] = stores[i];
            _count = count;
            return count;
        }
    }
}
