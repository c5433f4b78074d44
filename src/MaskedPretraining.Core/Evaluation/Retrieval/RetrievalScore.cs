namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>How well a query found what it should.</summary>
/// <param name="AveragePrecision">Area under precision over recall by the trapezoid rule, 0 to 1.</param>
/// <param name="Precision">Precision at each cut-off, 0 to 1.</param>
/// <remarks>
/// As the revisited Oxford and Paris sets are scored (Radenovic et al. 2018) and DINO does it. The j-th of n relevant images at rank r, both from 0 and ignored images not counted, adds
/// (j / r + (j + 1) / (r + 1)) / 2n, with 1 in place of j / r at rank 0. Precision at c looks at the first min(c, rank of the last relevant image + 1) images, so that a query with few relevant ones can reach 1.
/// </remarks>
public sealed record RetrievalScore(double AveragePrecision, IReadOnlyList<double> Precision)
{
    /// <summary>The score of a ranking.</summary>
    /// <param name="ranking">Indices of database images, the most similar first; may end early, and what is missing is not found.</param>
    /// <param name="truth">What should be found.</param>
    /// <param name="databaseSize">Images of the database; all indices are below.</param>
    /// <param name="cutoffs">Ranks at which precision is measured.</param>
    /// <returns>Null if there is nothing to find.</returns>
    /// <exception cref="ArgumentException">An index lies outside the database.</exception>
    public static RetrievalScore? OfRanking(ReadOnlySpan<int> ranking, RetrievalTruth truth, int databaseSize, IReadOnlyList<int> cutoffs)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(cutoffs);
        var marks = new RelevanceMarks(truth, databaseSize);
        var ranks = new List<int>();
        int rank = 0;
        foreach (int image in ranking)
        {
            if (marks.IsIgnored(image))
            {
                continue;
            }

            if (marks.IsRelevant(image))
            {
                ranks.Add(rank);
            }

            rank++;
        }

        return marks.Relevant.Length == 0 ? null : OfRanks([.. ranks], marks.Relevant.Length, cutoffs);
    }

    /// <summary>The score of the ranks at which relevant images were found.</summary>
    /// <param name="ranks">From 0, ascending, ignored images not counted.</param>
    /// <param name="relevant">Images that should be found, at least 1.</param>
    /// <param name="cutoffs">Ranks at which precision is measured.</param>
    internal static RetrievalScore OfRanks(ReadOnlySpan<int> ranks, int relevant, IReadOnlyList<int> cutoffs)
    {
        double sum = 0;
        for (int found = 0; found < ranks.Length; found++)
        {
            int rank = ranks[found];
            double before = rank == 0 ? 1 : (double)found / rank;
            sum += before + ((found + 1.0) / (rank + 1));
        }

        var precision = new double[cutoffs.Count];
        for (int i = 0; i < precision.Length; i++)
        {
            int depth = ranks.IsEmpty ? cutoffs[i] : Math.Min(ranks[^1] + 1, cutoffs[i]);
            int hits = ranks.BinarySearch(depth);
            precision[i] = (double)(hits < 0 ? ~hits : hits) / depth;
        }

        return new RetrievalScore(sum / (2 * relevant), precision);
    }
}
