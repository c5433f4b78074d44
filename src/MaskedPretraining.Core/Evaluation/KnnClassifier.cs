using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Evaluation;

/// <summary>
/// Weighted nearest-neighbour classification, the test of features that trains nothing (Wu et al. 2018; protocol of DINO): features are divided by their norms, and the k most similar training
/// features vote for their classes with <c>exp(similarity / T)</c>. Thread safe.
/// </summary>
/// <remarks>The result does not depend on the number of threads. Of equally similar training features the earlier one votes.</remarks>
public sealed class KnnClassifier
{
    // Sized so that a block of training rows, a block of queries and their products stay in a core's cache.
    private const int QueryBlock = 32;
    private const int TrainBlock = 384;

    private readonly KnnOptions _options;
    private readonly NormalizedRows _train;
    private readonly int[] _labels;
    private readonly int _width;

    /// <summary>Keeps the training features.</summary>
    /// <param name="features">Training features, <c>[T, D]</c>; copied.</param>
    /// <param name="labels">Class of each, <c>[T]</c>, 0 to <paramref name="classes"/> - 1; copied.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="options">k and temperature; copied. Null takes the defaults.</param>
    /// <exception cref="InvalidOptionsException">An option lies outside its range; k exceeds the number of training features.</exception>
    /// <exception cref="ArgumentException">There is not one valid label a feature.</exception>
    public KnnClassifier(FeatureMatrix features, ReadOnlySpan<int> labels, int classes, KnnOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        _options = (options ?? new KnnOptions()).Clone();
        var errors = new OptionErrors();
        _options.Validate(errors);
        errors.Require(_options.Neighbors <= features.Rows, nameof(KnnOptions.Neighbors), _options.Neighbors, $"be at most {features.Rows}, the number of training features");
        errors.ThrowIfAny(nameof(KnnOptions));
        CheckLabels(labels, features.Rows, classes);
        _train = new NormalizedRows(features, 0, features.Rows, SimilarityKernel.TileColumns, SimilarityKernel.Lanes);
        (_labels, _width, Classes) = (labels.ToArray(), features.Width, classes);
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Classifies queries.</summary>
    /// <param name="queries">Features to classify, <c>[Q, D]</c>.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <exception cref="ArgumentException">The queries have another width than the training features.</exception>
    /// <exception cref="OperationCanceledException">The search was stopped.</exception>
    public KnnScores Classify(FeatureMatrix queries, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (queries.Width != _width)
        {
            throw new ArgumentException($"Queries have {queries.Width} numbers each, but the training features have {_width}; make both with the same encoder and output.", nameof(queries));
        }

        var scores = new float[queries.Rows * Classes];
        var predictions = new int[queries.Rows];
        int blocks = (queries.Rows + QueryBlock - 1) / QueryBlock;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Threads ?? Environment.ProcessorCount, CancellationToken = cancellation };
        Parallel.For(0, blocks, parallel, block =>
        {
            int first = block * QueryBlock;
            int count = Math.Min(QueryBlock, queries.Rows - first);
            var rows = new NormalizedRows(queries, first, count, SimilarityKernel.TileRows, SimilarityKernel.Lanes);
            var neighbors = Search(rows);
            for (int row = 0; row < count; row++)
            {
                predictions[first + row] = Vote(neighbors[row], scores.AsSpan((first + row) * Classes, Classes));
            }
        });
        return new KnnScores(scores, predictions);
    }

    private NearestNeighbors[] Search(NormalizedRows queries)
    {
        var neighbors = new NearestNeighbors[queries.Count];
        for (int row = 0; row < neighbors.Length; row++)
        {
            neighbors[row] = new NearestNeighbors(_options.Neighbors);
        }

        int stride = _train.Stride;
        int paddedRows = queries.Values.Length / stride;
        int paddedTrain = _train.Values.Length / stride;
        var products = new float[paddedRows * TrainBlock];
        for (int first = 0; first < _train.Count; first += TrainBlock)
        {
            int columns = Math.Min(TrainBlock, paddedTrain - first);
            SimilarityKernel.Multiply(queries.Values, _train.Values.AsSpan(first * stride, columns * stride), stride, products.AsSpan(0, paddedRows * columns));
            int count = Math.Min(columns, _train.Count - first);
            for (int row = 0; row < neighbors.Length; row++)
            {
                Offer(neighbors[row], products.AsSpan(row * columns, count), first);
            }
        }

        return neighbors;
    }

    private static void Offer(NearestNeighbors neighbors, ReadOnlySpan<float> similarities, int first)
    {
        float threshold = neighbors.Threshold;
        for (int i = 0; i < similarities.Length; i++)
        {
            if (similarities[i] > threshold)
            {
                neighbors.Offer(similarities[i], first + i);
                threshold = neighbors.Threshold;
            }
        }
    }

    private int Vote(NearestNeighbors neighbors, Span<float> scores)
    {
        Span<double> votes = Classes <= 1024 ? stackalloc double[Classes] : new double[Classes];
        votes.Clear();
        // In training order, so that the sum does not depend on the shape of the heap.
        var items = neighbors.Items.ToArray();
        var similarities = neighbors.Similarities.ToArray();
        Array.Sort(items, similarities);
        for (int i = 0; i < items.Length; i++)
        {
            votes[_labels[items[i]]] += Math.Exp(similarities[i] / _options.Temperature);
        }

        int best = 0;
        for (int label = 0; label < Classes; label++)
        {
            best = votes[label] > votes[best] ? label : best;
            scores[label] = (float)votes[label];
        }

        return best;
    }

    private static void CheckLabels(ReadOnlySpan<int> labels, int rows, int classes)
    {
        if (labels.Length != rows)
        {
            throw new ArgumentException($"{rows} training features need {rows} labels, but there are {labels.Length}.", nameof(labels));
        }

        for (int row = 0; row < rows; row++)
        {
            if (labels[row] < 0 || labels[row] >= classes)
            {
                throw new ArgumentException($"The label of training feature {row} is {labels[row]}; labels must lie from 0 to {classes - 1}.", nameof(labels));
            }
        }
    }
}
