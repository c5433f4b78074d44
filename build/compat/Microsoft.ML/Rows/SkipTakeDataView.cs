namespace Microsoft.ML.Data;

internal sealed class SkipTakeDataView(IDataView source, long skip, long take) : IDataView
{
    // Which rows they are depends on the order, so the order is kept.
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount() is { } count ? Math.Clamp(count - skip, 0, take) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(source.GetRowCursor(columnsNeeded), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor source, long skip, long take) : ForwardingCursor(source)
    {
        private long _skip = skip;

        protected override bool MoveCore()
        {
            for (; _skip > 0; _skip--)
            {
                if (!Source.MoveNext())
                    return false;
            }
            return Position + 1 < take && Source.MoveNext();
        }
    }
}
