using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>Computes a plan's columns row by row, for prediction engines and chains.</summary>
internal sealed class ScoringMapper : IRowToRowMapper
{
    private readonly ScoringPlan _plan;
    private readonly IRowToRowMapper? _preparation;

    public ScoringMapper(ScoringPlan plan, DataViewSchema inputSchema)
    {
        _plan = plan;
        InputSchema = inputSchema;
        OutputSchema = plan.OutputSchema(inputSchema);
        _preparation = plan.Input.PrepareRows(inputSchema);
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = dependingColumns.Select(column => column.Index).ToHashSet();
        int input = InputSchema[_plan.Input.Name].Index;
        bool scores = needed.Any(index => index >= InputSchema.Count);
        return InputSchema.Where(column => needed.Contains(column.Index) || (scores && column.Index == input));
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var active = activeColumns.Select(column => column.Index).ToHashSet();
        if (!active.Any(index => index >= InputSchema.Count))
        {
            return new ScoringRow(_plan, OutputSchema, input, null, active);
        }

        if (_preparation is null)
        {
            return new ScoringRow(_plan, OutputSchema, input, input, active);
        }

        var prepared = _preparation.GetRow(input, [_preparation.OutputSchema[_plan.Input.PreparedName]]);
        return new ScoringRow(_plan, OutputSchema, input, prepared, active);
    }
}
