namespace Microsoft.ML.Data;

/// <summary>A cursor over rows that are reached by number; a column's getter asks for the number of the current row.</summary>
internal sealed class IndexedCursor : DataViewRowCursor
{
    private readonly bool[] _active;
    private readonly long _count;
    private readonly int[] _order;
    private readonly Func<int, Delegate> _getterOf;
    private readonly Func<long, bool> _onMove;
    private readonly Action _dispose;
    private long _position = -1;
    private bool _ended;

    /// <param name="getterOf">Makes the getter of a column; it reads <see cref="Row"/>.</param>
    public IndexedCursor(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded, long count, int[] order, Func<IndexedCursor, Func<int, Delegate>> getters,
        Func<long, bool> onMove = null, Action dispose = null)
    {
        Schema = schema;
        _active = Columns.Active(schema, columnsNeeded);
        _count = count;
        _order = order;
        _getterOf = count == 0 ? null : getters(this);
        _onMove = onMove;
        _dispose = dispose;
    }

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema { get; }

    /// <summary>The number of the current row in the source's order.</summary>
    public int Row => _order == null ? (int)_position : _order[_position];

    public override bool MoveNext()
    {
        if (_ended || _position + 1 >= _count || (_onMove != null && !_onMove(_position + 1)))
        {
            _ended = true;
            _position = -1;
            return false;
        }
        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Columns.CheckActive(this, column);
        if (_getterOf == null)
            return (ref TValue _) => throw new InvalidOperationException("The cursor is not on a row");
        return Columns.Cast<TValue>(_getterOf(column.Index), column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _dispose?.Invoke();
    }
}
