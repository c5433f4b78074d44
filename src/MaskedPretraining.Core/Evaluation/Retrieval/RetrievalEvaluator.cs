using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>Ranks the images of a database by cosine similarity to queries and scores the rankings. Exact: every image is compared with every query. Thread safe.</summary>
/// <remarks>The result does not depend on the number of threads. Of equally similar images the earlier one ranks first. Takes 64 bytes an image and thread beside the database.</remarks>
public sealed class RetrievalEvaluator
{
    // Few enough that their features stay in a core's cache while the database streams by.
    private const int QueryBlock = 16;
    private readonly NormalizedRows _database;
    private readonly int _width;

    /// <summary>Keeps the features of the database.</summary>
    /// <param name="database">Features, <c>[images, D]</c>; copied.</param>
    public RetrievalEvaluator(FeatureMatrix database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = new NormalizedRows(database, 0, database.Rows, SimilarityKernel.TileColumns, SimilarityKernel.Lanes);
        _width = database.Width;
    }

    /// <summary>Scores queries.</summary>
    /// <param name="queries">Features, <c>[Q, D]</c>.</param>
    /// <param name="truths">What each should find, <c>[Q]</c>.</param>
    /// <param name="options">Cut-offs and depth; null takes the defaults.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="InvalidOptionsException">An option lies outside its range.</exception>
    /// <exception cref="ArgumentException">The queries have another width than the database, there is not one truth a query, or a truth names an image outside of the database.</exception>
    /// <exception cref="InvalidDataException">No query has anything to find.</exception>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public RetrievalMetrics Evaluate(FeatureMatrix queries, IReadOnlyList<RetrievalTruth> truths, RetrievalOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(truths);
        options = (options ?? new RetrievalOptions()).Clone();
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(RetrievalOptions));
        Check(queries, truths);
        var scores = new RetrievalScore?[queries.Rows];
        int blocks = (queries.Rows + QueryBlock - 1) / QueryBlock;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads ?? Environment.ProcessorCount, CancellationToken = cancellation };
        Parallel.For(0, blocks, parallel, block => Score(queries, block * QueryBlock, truths, options, scores));
        return RetrievalMetrics.Of(scores, options.Cutoffs);
    }

    private void Score(FeatureMatrix queries, int first, IReadOnlyList<RetrievalTruth> truths, RetrievalOptions options, RetrievalScore?[] scores)
    {
        int count = Math.Min(QueryBlock, queries.Rows - first);
        var rows = new NormalizedRows(queries, first, count, SimilarityKernel.TileRows, SimilarityKernel.Lanes);
        int columns = _database.Values.Length / _database.Stride;
        var similarities = new float[rows.Values.Length / rows.Stride * columns];
        SimilarityKernel.Multiply(rows.Values, _database.Values, _database.Stride, similarities);
        for (int row = 0; row < count; row++)
        {
            var marks = new RelevanceMarks(truths[first + row], _database.Count);
            if (marks.Relevant.Length > 0)
            {
                int[] ranks = Ranks(similarities.AsSpan(row * columns, _database.Count), marks);
                scores[first + row] = RetrievalScore.OfRanks(Array.FindAll(ranks, rank => rank < (options.Depth ?? int.MaxValue)), marks.Relevant.Length, options.Cutoffs);
            }
        }
    }

    /// <summary>The ranks of the relevant images: counting who is ahead of them needs no sorted database.</summary>
    private static int[] Ranks(ReadOnlySpan<float> similarities, RelevanceMarks marks)
    {
        var keys = new ulong[marks.Relevant.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = Key(similarities[marks.Relevant[i]], marks.Relevant[i]);
        }

        Array.Sort(keys);
        var between = new int[keys.Length + 1];
        for (int image = 0; image < similarities.Length; image++)
        {
            if (marks.IsWrong(image))
            {
                between[~Array.BinarySearch(keys, Key(similarities[image], image))]++;
            }
        }

        var ranks = new int[keys.Length];
        int ahead = 0;
        for (int found = 0; found < ranks.Length; found++)
        {
            ahead += between[found];
            ranks[found] = found + ahead;
        }

        return ranks;
    }

    /// <summary>A number that orders images: smaller for a greater similarity, and for a smaller index if those are equal.</summary>
    private static ulong Key(float similarity, int image)
    {
        // The bits of positive floats are in the order of the floats, those of negative ones in reverse; adding 0 makes -0 equal to 0.
        uint bits = BitConverter.SingleToUInt32Bits(similarity + 0f);
        uint ascending = bits ^ ((uint)((int)bits >> 31) | 0x8000_0000);
        return ((ulong)~ascending << 32) | (uint)image;
    }

    private void Check(FeatureMatrix queries, IReadOnlyList<RetrievalTruth> truths)
    {
        if (queries.Width != _width)
        {
            throw new ArgumentException($"Queries have {queries.Width} numbers each, but the database has {_width}; make both with the same encoder and output.", nameof(queries));
        }

        if (truths.Count != queries.Rows)
        {
            throw new ArgumentException($"{queries.Rows} queries need {queries.Rows} truths, but there are {truths.Count}.", nameof(truths));
        }

        // Before threads are busy, so that a bad truth is an error of its own and not one of many.
        foreach (var truth in truths)
        {
            RelevanceMarks.Check(truth, _database.Count);
        }
    }
}
