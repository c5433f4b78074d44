namespace Microsoft.ML.Data;

/// <summary>Moves the source; the row on it gives the values.</summary>
internal sealed class MappedCursor(DataViewRowCursor source, DataViewRow row) : DataViewRowCursor
{
    public override long Position => row.Position;

    public override long Batch => row.Batch;

    public override DataViewSchema Schema => row.Schema;

    public override bool MoveNext() => source.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        row.Dispose();
        source.Dispose();
    }
}
