using MaskedPretraining.ML.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Scoring;

/// <summary>A transformer's input column: what it must hold, and the in-box steps that make a vector of numbers of it.</summary>
internal sealed class InputColumn
{
    private readonly Func<DataViewSchema.Column, string?> _problem;
    private readonly IEstimator<ITransformer>? _preparation;

    /// <param name="name">The user's column.</param>
    /// <param name="preparedName">The column of numbers; the same if there is nothing to prepare.</param>
    /// <param name="preparation">The steps; null if there are none.</param>
    /// <param name="problem">What is wrong with a column and how to mend it; null if nothing.</param>
    public InputColumn(string name, string preparedName, IEstimator<ITransformer>? preparation, Func<DataViewSchema.Column, string?> problem) =>
        (Name, PreparedName, _preparation, _problem) = (name, preparedName, preparation, problem);

    public string Name { get; }

    public string PreparedName { get; }

    /// <summary>Refuses schemas in which the column is missing or of a wrong type.</summary>
    public void Check(DataViewSchema schema)
    {
        var column = schema.Require(Name);
        if (_problem(column) is { } problem)
        {
            throw ColumnErrors.Mismatch(problem);
        }
    }

    /// <summary>The view with the column of numbers.</summary>
    public IDataView Prepare(IDataView input) => FitPreparation(input.Schema)?.Transform(input) ?? input;

    /// <summary>The mapper to rows with the column of numbers; null if there is nothing to prepare.</summary>
    public IRowToRowMapper? PrepareRows(DataViewSchema schema) => FitPreparation(schema)?.GetRowToRowMapper(schema);

    /// <summary>The steps, bound to a schema.</summary>
    public ITransformer? FitPreparation(DataViewSchema schema) => _preparation?.Fit(new EmptyDataView(schema));
}
