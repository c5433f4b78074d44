using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Evaluation.FewLabels;

[TestClass]
public sealed class NearestCentroidTests
{
    [TestMethod]
    public void Classify_WorkedByHand_TakesTheNearestDirection()
    {
        // Class 4 points right (lengths do not count), class 1 up.
        var training = new FeatureMatrix(2, [100, 0, 1, 1, 0, 1]);
        Assert.AreSequenceEqual([4, 1], NearestCentroid.Classify(training, [4, 4, 1], new FeatureMatrix(2, [5, 1, 1, 7])));
    }

    [TestMethod]
    public void Classify_RandomFeatures_AgreesWithMeansOfUnitVectors()
    {
        const int Classes = 4, Width = 9;
        var random = new RandomStream(1, RandomPurpose.Scene, 0, 5);
        float[][] Rows(int count) => [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, Width).Select(_ => (float)random.NextGaussian()).ToArray())];
        var (train, queries) = (Rows(40), Rows(30));
        int[] labels = [.. Enumerable.Range(0, 40).Select(row => row % Classes)];
        int[] actual = NearestCentroid.Classify(new FeatureMatrix(Width, [.. train.SelectMany(row => row)]), labels, new FeatureMatrix(Width, [.. queries.SelectMany(row => row)]));
        double[][] centroids = [.. Enumerable.Range(0, Classes).Select(label => Unit(
            [.. Enumerable.Range(0, Width).Select(i => train.Where((_, row) => labels[row] == label).Average(row => Unit([.. row])[i]))]))];
        for (int query = 0; query < queries.Length; query++)
        {
            double[] similarities = [.. centroids.Select(centroid => centroid.Zip(queries[query], (a, b) => a * b).Sum())];
            Assert.AreEqual(Array.IndexOf(similarities, similarities.Max()), actual[query], $"query {query}");
        }
    }

    private static double[] Unit(double[] values)
    {
        double norm = Math.Sqrt(values.Sum(value => value * value));
        return [.. values.Select(value => value / norm)];
    }

    private static double[] Unit(float[] values) => Unit(Array.ConvertAll(values, value => (double)value));
}
