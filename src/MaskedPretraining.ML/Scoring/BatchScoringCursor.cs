using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Serves rows one by one that were read ahead and scored many at once.</summary>
internal sealed class BatchScoringCursor : DataViewRowCursor
{
    private readonly DataViewRowCursor _source;
    private readonly HashSet<int> _active;
    private readonly RowLookAhead _rows;
    private readonly Delegate?[] _getters;
    private long _position = -1;
    private int _end;

    public BatchScoringCursor(ScoringPlan plan, DataViewSchema schema, DataViewRowCursor source, HashSet<int> active, int inputColumns)
    {
        Schema = schema;
        (_source, _active) = (source, active);
        var computed = active.Where(index => index >= inputColumns).ToDictionary(index => index, index => plan.Columns[index - inputColumns]);
        _rows = new RowLookAhead(plan, source, [.. active.Where(index => index < inputColumns)], computed.Values.Select(column => column.Output).ToHashSet());
        _getters = new Delegate?[schema.Count];
        foreach (int index in active)
        {
            _getters[index] = computed.TryGetValue(index, out var column) ? column.CreateGetter(_rows.Slots) : _rows.Getter(index);
        }
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => _rows.Slots.Current >= 0 ? _rows.Batch : 0;

    public override bool MoveNext()
    {
        if (_rows.Slots.Current + 1 < _end)
        {
            _rows.Slots.Current++;
        }
        else
        {
            // Not on a row while slots are filled anew, nor after an error.
            (_rows.Slots.Current, _end) = (-1, 0);
            var (first, rows) = _rows.Next();
            if (rows > 0)
            {
                (_rows.Slots.Current, _end) = (first, first + rows);
            }
        }

        bool isOnRow = _rows.Slots.Current >= 0;
        _position = isOnRow ? _position + 1 : -1;
        return isOnRow;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw Getters.NotActive(column);
        }

        return _getters[column.Index] is { } getter
            ? Getters.As<TValue>(getter, column)
            : _source.GetGetter<TValue>(_source.Schema[column.Index]);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _rows.Id;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rows.Dispose();
        }

        base.Dispose(disposing);
    }
}
