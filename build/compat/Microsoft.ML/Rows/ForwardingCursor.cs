namespace Microsoft.ML.Data;

/// <summary>A cursor that shows some rows of another.</summary>
internal abstract class ForwardingCursor(DataViewRowCursor source) : DataViewRowCursor
{
    private long _position = -1;
    private bool _ended;

    protected DataViewRowCursor Source { get; } = source;

    public sealed override long Position => _position;

    public override long Batch => Source.Batch;

    public override DataViewSchema Schema => Source.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column) => Source.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => Source.GetGetter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => Source.GetIdGetter();

    public sealed override bool MoveNext()
    {
        if (_ended || !MoveCore())
        {
            _ended = true;
            _position = -1;
            return false;
        }
        _position++;
        return true;
    }

    protected abstract bool MoveCore();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Source.Dispose();
    }
}
