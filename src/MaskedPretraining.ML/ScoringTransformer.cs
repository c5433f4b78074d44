using MaskedPretraining.ML.Scoring;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML;

/// <summary>A fitted step of this library: adds columns that an ONNX model computes, many rows at once.</summary>
/// <remarks>
/// Cursors read rows ahead and score many in one call, while a pooled thread reads the next: two batches are held, order is kept, and disposing a cursor ends the reading. Where no computed column is asked for, no model runs.
/// Prediction engines score row by row. Saved by <c>Model.Save</c> as in-box parts alone, so that <c>Model.Load</c>
/// needs no assembly of this library; what loads computes the same, row by row. Transforming is thread safe. Dispose it when it is no longer used: it holds a native session.
/// </remarks>
public abstract class ScoringTransformer : ITransformer, IDisposable
{
    private readonly IScoring _scoring;

    private protected ScoringTransformer(MLContext context, IScoring scoring) => (Context, _scoring) = (context, scoring);

    /// <summary>Always true: rows are transformed independently of each other.</summary>
    public bool IsRowToRowMapper => true;

    private protected MLContext Context { get; }

    private protected ScoringPlan Plan => _scoring.Plan;

    /// <summary>The schema of the transformed data: the input's columns, then those of this step.</summary>
    /// <param name="inputSchema">Schema of the data to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type; the message names it, what was found and what is needed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Plan.OutputSchema(inputSchema);
    }

    /// <summary>The mapper that transforms row by row.</summary>
    /// <inheritdoc cref="GetOutputSchema"/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoringMapper(Plan, inputSchema);
    }

    /// <summary>Adds this step's columns. Nothing is computed until a cursor reads them.</summary>
    /// <param name="input">The data.</param>
    /// <returns>A view that computes the columns in batches while it is read.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type; the message names it, what was found and what is needed.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BatchScoringView(Plan, input);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        using var files = new Data.ScratchDirectory(Context);
        using var chain = _scoring.Lower(files.Location);
        chain.Save(ctx);
    }

    /// <summary>Frees the native session. Transformed views cannot be read afterwards.</summary>
    public void Dispose()
    {
        Plan.Model.Dispose();
        GC.SuppressFinalize(this);
    }
}
