namespace Microsoft.ML.Data;

/// <summary>The rows that a test on some columns lets through.</summary>
internal sealed class FilteredDataView(IDataView source, DataViewSchema.Column[] tested, bool canShuffle, Func<DataViewRow, Func<bool>> makeTest) : IDataView
{
    public bool CanShuffle => canShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = [.. columnsNeeded];
        DataViewRowCursor cursor = source.GetRowCursor(needed.Concat(tested).DistinctBy(column => column.Index), canShuffle ? rand : null);
        return new Cursor(cursor, makeTest(cursor), Columns.Active(Schema, needed));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor source, Func<bool> test, bool[] active) : ForwardingCursor(source)
    {
        public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

        protected override bool MoveCore()
        {
            while (Source.MoveNext())
            {
                if (test())
                    return true;
            }
            return false;
        }
    }
}
