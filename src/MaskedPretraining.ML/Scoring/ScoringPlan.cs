using Microsoft.ML;

namespace MaskedPretraining.ML.Scoring;

/// <summary>How a transformer computes its columns: in-box steps that make numbers of the input column, a model, columns made of its outputs.</summary>
internal sealed class ScoringPlan
{
    /// <summary>What the model reads, in words for messages.</summary>
    public required InputColumn Input { get; init; }

    /// <summary>The model.</summary>
    public required IBatchModel Model { get; init; }

    /// <summary>The columns, in the order in which they are added.</summary>
    public required IReadOnlyList<ScoreColumn> Columns { get; init; }

    /// <summary>The input's columns, then ours.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type than the model needs.</exception>
    public DataViewSchema OutputSchema(DataViewSchema inputSchema)
    {
        Input.Check(inputSchema);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(Columns.Select(column => column.Detached));
        return builder.ToSchema();
    }
}
