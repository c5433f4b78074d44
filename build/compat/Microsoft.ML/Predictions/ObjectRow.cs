using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>One object as a row; each example is a new position, so that nothing computed for the last one is taken for it.</summary>
internal sealed class ObjectRow<TRow>(RowReader<TRow> reader) : DataViewRow
    where TRow : class
{
    private TRow _value;
    private long _position = -1;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => reader.Schema;

    public void Next(TRow value)
    {
        _value = value;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        => Columns.Cast<TValue>(reader.Getter(column.Index, () => _value), column);
}
