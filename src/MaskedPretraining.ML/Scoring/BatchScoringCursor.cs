using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Reads rows ahead, scores them in one run of the model, then serves them one by one.</summary>
internal sealed class BatchScoringCursor : DataViewRowCursor
{
    /// <summary>Images that wait in buffers stop the reading ahead at this size, so that photos of many megapixels need no gigabytes.</summary>
    private const long HeldBytesLimit = 64L << 20;

    private readonly DataViewRowCursor _source;
    private readonly HashSet<int> _active;
    private readonly ScoreBatch _batch;
    private readonly NumbersReader _numbers;
    private readonly ValueGetter<DataViewRowId> _sourceId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private readonly ColumnBuffer?[] _buffers;
    private readonly Delegate?[] _getters;
    private readonly int _capacity;
    private int _filled;
    private bool _sourceEnded;
    private long _position = -1;

    public BatchScoringCursor(ScoringPlan plan, DataViewSchema schema, DataViewRowCursor source, HashSet<int> active, int inputColumns)
    {
        Schema = schema;
        _source = source;
        _active = active;
        _buffers = new ColumnBuffer?[inputColumns];
        _getters = new Delegate?[schema.Count];
        _capacity = CreateBuffers(plan.BatchSize);
        _batch = new ScoreBatch(plan.Model, _capacity);
        _numbers = new NumbersReader(source, source.Schema[plan.Input.PreparedName], plan.Model.InputLength);
        _sourceId = source.GetIdGetter();
        _ids = new DataViewRowId[_capacity];
        _batches = new long[_capacity];
        foreach (int index in active)
        {
            // With one row at a time the source still stands on it, and what cannot be buffered is read there.
            _getters[index] = index >= inputColumns
                ? plan.Columns[index - inputColumns].CreateGetter(_batch)
                : _buffers[index]?.CreateGetter(_batch);
        }
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => _batch.Current >= 0 ? _batches[_batch.Current] : 0;

    public override bool MoveNext()
    {
        if (_batch.Current + 1 >= _filled && !Refill())
        {
            (_position, _batch.Current) = (-1, -1);
            return false;
        }

        _batch.Current++;
        _position++;
        return true;
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

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[_batch.Current];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.ForEach(_buffers, buffer => buffer?.Dispose());
            _source.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Makes buffers for the pass-through columns.</summary>
    /// <returns>How many rows can be read ahead: one if some column's values cannot be kept.</returns>
    private int CreateBuffers(int slots)
    {
        for (int index = 0; index < _buffers.Length; index++)
        {
            if (_active.Contains(index) && (_buffers[index] = ColumnBuffer.Create(_source, _source.Schema[index], slots)) is null)
            {
                Array.Clear(_buffers);
                return 1;
            }
        }

        return slots;
    }

    private bool Refill()
    {
        Array.ForEach(_buffers, buffer => buffer?.Reset());
        (_filled, _batch.Current) = (0, -1);
        while (!_sourceEnded && _filled < _capacity && _buffers.Sum(buffer => buffer?.HeldBytes ?? 0) < HeldBytesLimit)
        {
            if (!_source.MoveNext())
            {
                _sourceEnded = true;
                break;
            }

            Array.ForEach(_buffers, buffer => buffer?.Fill(_filled));
            _numbers.Read(_batch.Input(_filled));
            _sourceId(ref _ids[_filled]);
            _batches[_filled] = _source.Batch;
            _filled++;
        }

        if (_filled > 0)
        {
            _batch.Score(_filled);
        }

        return _filled > 0;
    }
}
