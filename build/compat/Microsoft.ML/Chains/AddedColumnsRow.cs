namespace Microsoft.ML.Data;

internal sealed class AddedColumnsRow : WrappingRow
{
    private readonly bool[] _active;
    private readonly Delegate[] _getters;
    private readonly Action _dispose;

    public AddedColumnsRow(DataViewRow input, DataViewSchema schema, bool[] active, Delegate[] getters, Action dispose)
        : base(input)
    {
        Schema = schema;
        _active = active;
        _getters = getters;
        _dispose = dispose;
    }

    public override DataViewSchema Schema { get; }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Columns.CheckActive(this, column);
        int added = column.Index - Input.Schema.Count;
        return added < 0 ? Input.GetGetter<TValue>(Input.Schema[column.Index]) : Columns.Cast<TValue>(_getters[added], column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _dispose?.Invoke();
        base.Dispose(disposing);
    }
}
