namespace Microsoft.ML.Data;

/// <summary>Holds what the source gave at its first pass; columns that cannot be copied (images) are read from the source each time.</summary>
internal sealed class CacheDataView(IDataView source) : IDataView
{
    private readonly Lock _lock = new();
    private ColumnStore[] _stores;
    private int _count;

    public bool CanShuffle => Schema.All(column => column.Type.IsCacheable());

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => _stores == null ? source.GetRowCount() : _count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewSchema.Column[] passed = [.. needed.Where(column => !column.Type.IsCacheable())];
        lock (_lock)
        {
            if (_stores == null)
                Fill();
        }
        if (passed.Length == 0)
        {
            int[] order = rand != null && CanShuffle ? Shuffling.Order(_count, rand) : null;
            return new IndexedCursor(Schema, needed, _count, order, cursor => column => _stores[column].Getter(() => cursor.Row));
        }
        DataViewRowCursor live = source.GetRowCursor(passed);
        return new IndexedCursor(Schema, needed, _count, null,
            cursor => column => _stores[column]?.Getter(() => cursor.Row) ?? Columns.Getter(live, Schema[column]), _ => live.MoveNext(), live.Dispose);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private void Fill()
    {
        DataViewSchema.Column[] kept = [.. Schema.Where(column => column.Type.IsCacheable())];
        using DataViewRowCursor cursor = source.GetRowCursor(kept);
        var stores = new ColumnStore[Schema.Count];
        foreach (DataViewSchema.Column column in kept)
            stores[column.Index] = ColumnStore.Of(cursor, column);
        while (cursor.MoveNext())
        {
            foreach (DataViewSchema.Column column in kept)
                stores[column.Index].Take(_count);
            _count++;
        }
        _stores = stores;
    }
}
