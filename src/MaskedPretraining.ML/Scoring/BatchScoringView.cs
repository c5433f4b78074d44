using Microsoft.ML;

namespace MaskedPretraining.ML.Scoring;

/// <summary>A view with the columns of a plan added; its cursors score many rows at once.</summary>
internal sealed class BatchScoringView : IDataView
{
    private readonly ScoringPlan _plan;
    private readonly IDataView _input;
    private readonly IDataView _prepared;
    private readonly int _inputColumns;

    public BatchScoringView(ScoringPlan plan, IDataView input)
    {
        _plan = plan;
        _input = input;
        Schema = plan.OutputSchema(input.Schema);
        _prepared = plan.Input.Prepare(input);
        _inputColumns = input.Schema.Count;
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _input.CanShuffle;

    public long? GetRowCount() => _input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = columnsNeeded.Select(column => column.Index).ToHashSet();
        // In-box steps append columns, so the input's keep their numbers.
        var sourceColumns = active.Where(index => index < _inputColumns).Select(index => _prepared.Schema[index]).ToList();
        if (!active.Any(index => index >= _inputColumns))
        {
            return new PassThroughCursor(Schema, _prepared.GetRowCursor(sourceColumns, rand), active);
        }

        var numbers = _prepared.Schema[_plan.Input.PreparedName];
        if (!sourceColumns.Exists(column => column.Index == numbers.Index))
        {
            sourceColumns.Add(numbers);
        }

        return new BatchScoringCursor(_plan, Schema, _prepared.GetRowCursor(sourceColumns, rand), active, _inputColumns);
    }

    /// <summary>One cursor: the model itself uses all cores, and several would only fight over them. What comes before reads and prepares rows on threads of its own.</summary>
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];
}
