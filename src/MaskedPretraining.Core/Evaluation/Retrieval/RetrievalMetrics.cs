namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>How well queries find what they should, over a set of queries.</summary>
public sealed class RetrievalMetrics
{
    private RetrievalMetrics(IReadOnlyList<RetrievalScore?> scores, IReadOnlyList<int> cutoffs)
    {
        RetrievalScore[] counted = [.. scores.OfType<RetrievalScore>()];
        (Scores, Cutoffs, Queries) = (scores, cutoffs, counted.Length);
        MeanAveragePrecision = counted.Average(score => score.AveragePrecision);
        MeanPrecision = [.. cutoffs.Select((_, i) => counted.Average(score => score.Precision[i]))];
    }

    /// <summary>Mean of the queries' average precision (mAP), 0 to 1.</summary>
    public double MeanAveragePrecision { get; }

    /// <summary>Ranks at which precision was measured.</summary>
    public IReadOnlyList<int> Cutoffs { get; }

    /// <summary>Mean of the queries' precision at each cut-off, 0 to 1.</summary>
    public IReadOnlyList<double> MeanPrecision { get; }

    /// <summary>Queries that count: those with something to find.</summary>
    public int Queries { get; }

    /// <summary>Queries without anything to find, which are left out of the means.</summary>
    public int SkippedQueries => Scores.Count - Queries;

    /// <summary>The score of each query; null if there was nothing to find.</summary>
    public IReadOnlyList<RetrievalScore?> Scores { get; }

    /// <summary>The means of scores.</summary>
    /// <param name="scores">The score of each query; null if there was nothing to find.</param>
    /// <param name="cutoffs">Ranks at which the scores have precision.</param>
    /// <exception cref="InvalidDataException">No query has anything to find.</exception>
    public static RetrievalMetrics Of(IReadOnlyList<RetrievalScore?> scores, IReadOnlyList<int> cutoffs)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(cutoffs);
        return scores.Any(score => score is not null)
            ? new RetrievalMetrics(scores, cutoffs)
            : throw new InvalidDataException($"None of the {scores.Count} queries has an image to find in the database. Check that both have the same labels or names.");
    }
}
