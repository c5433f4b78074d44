using Microsoft.ML;

namespace MaskedPretraining.ML.Scoring;

/// <summary>A column that is computed from an output of the model.</summary>
/// <param name="detached">Name, type and annotations.</param>
/// <param name="output">Number of the model's output.</param>
internal abstract class ScoreColumn(DataViewSchema.DetachedColumn detached, int output)
{
    public DataViewSchema.DetachedColumn Detached { get; } = detached;

    /// <summary>Number of the model's output.</summary>
    public int Output { get; } = output;

    /// <summary>A getter of the batch's current row.</summary>
    public abstract Delegate CreateGetter(ScoreBatch batch);
}
