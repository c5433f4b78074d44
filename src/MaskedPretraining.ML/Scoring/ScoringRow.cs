using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>A row with a plan's columns added; the model runs at most once for each position of the input row.</summary>
internal sealed class ScoringRow : DataViewRow
{
    private readonly ScoringPlan _plan;
    private readonly DataViewRow _input;
    private readonly DataViewRow? _prepared;
    private readonly HashSet<int> _active;
    private readonly ScoreBatch? _batch;
    private readonly NumbersReader? _numbers;
    private long _scoredPosition = long.MinValue;

    /// <param name="plan">What to compute.</param>
    /// <param name="schema">The input's columns, then the plan's.</param>
    /// <param name="input">The row at hand.</param>
    /// <param name="prepared">The row with the model's numbers; null if no computed column is wanted.</param>
    /// <param name="active">Numbers of the columns wanted.</param>
    public ScoringRow(ScoringPlan plan, DataViewSchema schema, DataViewRow input, DataViewRow? prepared, HashSet<int> active)
    {
        (_plan, Schema, _input, _prepared, _active) = (plan, schema, input, prepared, active);
        if (prepared is not null)
        {
            var computed = active.Where(index => index >= input.Schema.Count).Select(index => plan.Columns[index - input.Schema.Count].Output);
            _batch = new ScoreBatch(plan.Model.ForSingleRows, slots: 1, computed.ToHashSet()) { Current = 0 };
            _numbers = new NumbersReader(prepared, prepared.Schema[plan.Input.PreparedName], plan.Model.InputLength);
        }
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw Getters.NotActive(column);
        }

        int inputColumns = _input.Schema.Count;
        if (column.Index < inputColumns)
        {
            return _input.GetGetter<TValue>(_input.Schema[column.Index]);
        }

        var inner = Getters.As<TValue>(_plan.Columns[column.Index - inputColumns].CreateGetter(_batch!), column);
        return (ref TValue value) =>
        {
            ScoreOnce();
            inner(ref value);
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _prepared?.Dispose();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ScoreOnce()
    {
        if (_scoredPosition == Position)
        {
            return;
        }

        _numbers!.Read(_batch!.Input(0));
        _batch.Score(0, 1);
        _scoredPosition = Position;
    }
}
