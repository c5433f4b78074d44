using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Reads a source's rows into slots, in order: half of the slots while the rows in the other half are scored and served.</summary>
/// <remarks>
/// One thread at a time touches the source: the caller's for the first rows, then a pooled one that fills a half and ends. At most two halves of rows are held. What the source throws is thrown when the rows before it have
/// been served, and again whenever more are asked for. Rows whose values cannot be kept past their position are not read ahead: there is one slot, and the source stands on its row.
/// </remarks>
internal sealed class RowLookAhead : IDisposable
{
    /// <summary>Inputs, and vectors and images that wait in half of the slots, stop the reading at this size, so that photos of many megapixels need no gigabytes.</summary>
    private const long HeldBytesLimit = 64L << 20;

    private readonly DataViewRowCursor _source;
    private readonly ScoreBatch _batch;
    private readonly ColumnBuffer?[] _buffers;
    private readonly NumbersReader _numbers;
    private readonly ValueGetter<DataViewRowId> _sourceId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private readonly int _half;
    private Task<int>? _ahead;
    private int _next;
    private bool _sourceEnded;
    private ExceptionDispatchInfo? _failure;
    private volatile bool _isStopping;

    /// <param name="plan">What reads the rows.</param>
    /// <param name="source">The rows; disposed with this.</param>
    /// <param name="passedOn">Numbers of the source's columns whose values are kept.</param>
    /// <param name="outputs">Numbers of the model's outputs that are read.</param>
    public RowLookAhead(ScoringPlan plan, DataViewRowCursor source, IReadOnlyList<int> passedOn, IReadOnlySet<int> outputs)
    {
        _source = source;
        _half = (int)Math.Clamp(HeldBytesLimit / (sizeof(float) * plan.Model.InputLength), 1, plan.Model.BatchSize);
        int slots = 2 * _half;
        _buffers = new ColumnBuffer?[source.Schema.Count];
        foreach (int column in passedOn)
        {
            if ((_buffers[column] = ColumnBuffer.Create(source, source.Schema[column], slots)) is null)
            {
                Array.Clear(_buffers);
                (slots, _half) = (1, 1);
                break;
            }
        }

        _batch = new ScoreBatch(plan.Model, slots, outputs);
        _numbers = new NumbersReader(source, source.Schema[plan.Input.PreparedName], plan.Model.InputLength);
        _sourceId = source.GetIdGetter();
        _ids = new DataViewRowId[slots];
        _batches = new long[slots];
    }

    /// <summary>The slots, and the one that getters read.</summary>
    public ScoreBatch Slots => _batch;

    /// <summary>The source's row id in the current slot.</summary>
    public DataViewRowId Id => _ids[_batch.Current];

    /// <summary>The source's batch number in the current slot.</summary>
    public long Batch => _batches[_batch.Current];

    /// <summary>A getter of a passed-on column's value in the current slot; null if it is read from the source itself.</summary>
    public Delegate? Getter(int column) => _buffers[column]?.CreateGetter(_batch);

    /// <summary>Waits for the next rows, scores them, and lets the half before be filled anew.</summary>
    /// <returns>First slot and number of rows; 0 rows at the end.</returns>
    public (int First, int Rows) Next()
    {
        int first = _next;
        int rows = _ahead is null ? Fill(first) : _ahead.GetAwaiter().GetResult();
        if (rows == 0)
        {
            _failure?.Throw();
            return (first, 0);
        }

        if (_ids.Length > 1)
        {
            int next = _half - first;
            (_next, _ahead) = (next, Task.Run(() => Fill(next)));
        }

        _batch.Score(first, rows);
        return (first, rows);
    }

    public void Dispose()
    {
        _isStopping = true;
        // The source may only be closed when nobody reads it.
        _ahead?.Wait();
        foreach (var buffer in _buffers)
        {
            buffer?.Dispose();
        }

        _source.Dispose();
    }

    /// <summary>Fills a half as far as the source goes.</summary>
    /// <returns>The number of whole rows.</returns>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "It is thrown to the caller, after the rows before it.")]
    private int Fill(int first)
    {
        foreach (var buffer in _buffers)
        {
            buffer?.Reset(first, _half);
        }

        int rows = 0;
        long held = 0;
        try
        {
            while (rows < _half && held < HeldBytesLimit && !_isStopping && !_sourceEnded && _failure is null && MoveSource())
            {
                held += Keep(first + rows);
                rows++;
            }
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
        }

        return rows;
    }

    private bool MoveSource()
    {
        _sourceEnded = !_source.MoveNext();
        return !_sourceEnded;
    }

    private long Keep(int slot)
    {
        long held = 0;
        foreach (var buffer in _buffers)
        {
            held += buffer?.Fill(slot) ?? 0;
        }

        _numbers.Read(_batch.Input(slot));
        _sourceId(ref _ids[slot]);
        _batches[slot] = _source.Batch;
        return held;
    }
}
