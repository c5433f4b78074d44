using System.Numerics.Tensors;

namespace MaskedPretraining.Core.Evaluation.FewLabels;

/// <summary>Classifies by the most similar class mean, which needs as little as one row a class: features of unit length, their mean a class, cosine similarity (SimpleShot with L2 normalisation, Wang et al. 2019).</summary>
public static class NearestCentroid
{
    // Keeps a row of zeros at zero instead of dividing by zero.
    private const float SmallestNorm = 1e-12f;

    /// <summary>Classifies queries.</summary>
    /// <param name="training">Labelled features, <c>[T, D]</c>.</param>
    /// <param name="labels">Class of each, <c>[T]</c>, from 0. Classes without rows are never predicted.</param>
    /// <param name="queries">Features to classify, <c>[Q, D]</c>.</param>
    /// <param name="cancellation">Stops the search.</param>
    /// <returns>The class of each query, <c>[Q]</c>; the lower number if two are equally similar.</returns>
    public static int[] Classify(FeatureMatrix training, IReadOnlyList<int> labels, FeatureMatrix queries, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(labels);
        int[] classes = [.. labels.Distinct().Order()];
        var centroids = new float[classes.Length * training.Width];
        for (int row = 0; row < training.Rows; row++)
        {
            var feature = training.Row(row);
            var centroid = centroids.AsSpan(Array.BinarySearch(classes, labels[row]) * training.Width, training.Width);
            // The classifier divides by the norm of the sum, so that the mean need not be taken.
            TensorPrimitives.MultiplyAdd(feature, 1 / Math.Max(TensorPrimitives.Norm(feature), SmallestNorm), centroid, centroid);
        }

        var nearest = new KnnClassifier(new FeatureMatrix(training.Width, centroids), [.. Enumerable.Range(0, classes.Length)], classes.Length, new KnnOptions { Neighbors = 1 });
        return Array.ConvertAll(nearest.Classify(queries, cancellation).Predictions, index => classes[index]);
    }
}
