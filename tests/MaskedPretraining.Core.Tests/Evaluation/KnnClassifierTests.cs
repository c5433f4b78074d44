using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Evaluation;

[TestClass]
public sealed class KnnClassifierTests
{
    // exp(s / 0.07) multiplies a similarity's single-precision error of some 1e-7 by 14.
    private const double Relative = 1e-5;

    // Five training features in the plane, from the specification of DINO's protocol.
    private static readonly FeatureMatrix Train = new(2, [1, 0, .8f, .6f, 0, 1, -.6f, .8f, .6f, -.8f]);
    private static readonly int[] Labels = [0, 1, 1, 2, 0];
    private static readonly FeatureMatrix Query = new(2, [.96f, .28f]);

    [TestMethod]
    public void Classify_ThreeNeighbors_HasThePublishedScores()
    {
        var result = new KnnClassifier(Train, Labels, 3, new() { Neighbors = 3 }).Classify(Query);
        AssertNear([903882.5268, 641412.8315, 0], result.Scores);
        Assert.AreEqual(0, result.Predictions[0]);
    }

    [TestMethod]
    public void Classify_AllNeighbors_HasThePublishedScores() =>
        AssertNear([903882.5268, 641467.4296, .00654816], new KnnClassifier(Train, Labels, 3, new() { Neighbors = 5 }).Classify(Query).Scores);

    [TestMethod]
    [DataRow(1, 1, 3, 1)]
    [DataRow(7, 5, 8, 7)]
    [DataRow(400, 70, 19, 20)]
    [DataRow(1203, 33, 64, 200)]
    public void Classify_RandomFeatures_AgreesWithSortingAllSimilarities(int train, int queries, int width, int neighbors)
    {
        const int Classes = 4;
        var (trainFeatures, labels) = RandomFeatures(1, train, width, Classes);
        var (queryFeatures, _) = RandomFeatures(2, queries, width, Classes);
        var result = new KnnClassifier(trainFeatures, labels, Classes, new() { Neighbors = neighbors }).Classify(queryFeatures);
        for (int query = 0; query < queries; query++)
        {
            double[] expected = Reference(trainFeatures, labels, Classes, queryFeatures.Row(query).ToArray(), neighbors);
            AssertNear(expected, result.Scores[(query * Classes)..((query + 1) * Classes)]);
            Assert.AreEqual(Array.IndexOf(expected, expected.Max()), result.Predictions[query]);
        }
    }

    [TestMethod]
    public void Classify_AnyNumberOfThreads_GivesTheSameBits()
    {
        var (train, labels) = RandomFeatures(3, 500, 24, 3);
        var (queries, _) = RandomFeatures(4, 100, 24, 3);
        float[] one = new KnnClassifier(train, labels, 3, new() { Threads = 1 }).Classify(queries).Scores;
        CollectionAssert.AreEqual(one, new KnnClassifier(train, labels, 3, new() { Threads = 4 }).Classify(queries).Scores);
    }

    [TestMethod]
    public void Classify_EquallySimilarFeatures_TheEarlierVotes()
    {
        var train = new FeatureMatrix(1, [.. Enumerable.Repeat(1f, 10)]);
        var result = new KnnClassifier(train, [0, 1, 1, 1, 1, 1, 1, 1, 1, 1], 2, new() { Neighbors = 1 }).Classify(new FeatureMatrix(1, [2]));
        Assert.AreEqual(0, result.Predictions[0]);
    }

    [TestMethod]
    public void Classify_LengthOfFeatures_DoesNotMatter()
    {
        var longer = new FeatureMatrix(2, Array.ConvertAll(Train.Values, value => value * 1000));
        AssertNear([903882.5268, 641412.8315, 0], new KnnClassifier(longer, Labels, 3, new() { Neighbors = 3 }).Classify(Query).Scores);
    }

    [TestMethod]
    public void Classify_FeatureOfZeros_IsAsNearAsARightAngle() =>
        Assert.AreEqual(1f, new KnnClassifier(new FeatureMatrix(2, [0, 0]), [0], 1, new() { Neighbors = 1 }).Classify(Query).Scores[0]);

    [TestMethod]
    public void Classify_OtherWidth_NamesBoth()
    {
        var classifier = new KnnClassifier(Train, Labels, 3, new() { Neighbors = 3 });
        var exception = Assert.ThrowsExactly<ArgumentException>(() => classifier.Classify(new FeatureMatrix(3, [1, 2, 3])));
        Assert.Contains("Queries have 3 numbers each, but the training features have 2", exception.Message);
    }

    [TestMethod]
    public void Classify_Cancelled_Stops()
    {
        var classifier = new KnnClassifier(Train, Labels, 3, new() { Neighbors = 3 });
        Assert.ThrowsExactly<OperationCanceledException>(() => classifier.Classify(Query, new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public void Constructor_MoreNeighborsThanFeatures_NamesBoth()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new KnnClassifier(Train, Labels, 3));
        Assert.Contains("Neighbors must be at most 5, the number of training features, but is 20.", exception.Message);
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(-1)]
    public void Constructor_LabelOutOfRange_NamesTheRow(int label)
    {
        int[] labels = [0, 1, label, 2, 0];
        Assert.Contains($"The label of training feature 2 is {label}", Assert.ThrowsExactly<ArgumentException>(() => new KnnClassifier(Train, labels, 3, new() { Neighbors = 1 })).Message);
    }

    [TestMethod]
    public void Constructor_BadOptions_NamesAll()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new KnnClassifier(Train, Labels, 3, new() { Neighbors = 0, Temperature = 0, Threads = 0 }));
        Assert.HasCount(3, exception.Errors);
    }

    [TestMethod]
    public void FeatureMatrix_ValueNotFinite_NamesRowAndFeature() =>
        Assert.Contains("Feature 1 of row 2", Assert.ThrowsExactly<ArgumentException>(() => new FeatureMatrix(2, [0, 0, 0, 0, 0, float.NaN])).Message);

    [TestMethod]
    public void FeatureMatrix_NoRows_IsRefused() =>
        Assert.Contains("at least one", Assert.ThrowsExactly<ArgumentException>(() => new FeatureMatrix(2, [])).Message);

    private static (FeatureMatrix Features, int[] Labels) RandomFeatures(long index, int rows, int width, int classes)
    {
        var random = new RandomStream(1, RandomPurpose.Scene, 0, index);
        float[] values = [.. Enumerable.Range(0, rows * width).Select(_ => (float)random.NextGaussian())];
        return (new FeatureMatrix(width, values), [.. Enumerable.Range(0, rows).Select(_ => random.NextInt32(classes))]);
    }

    private static double[] Reference(FeatureMatrix train, int[] labels, int classes, float[] query, int neighbors)
    {
        var similarities = Enumerable.Range(0, train.Rows).Select(row => (Row: row, Value: Cosine(train.Row(row).ToArray(), query)));
        var scores = new double[classes];
        foreach (var (row, value) in similarities.OrderByDescending(pair => pair.Value).Take(neighbors))
        {
            scores[labels[row]] += Math.Exp(value / 0.07);
        }

        return scores;
    }

    private static double Cosine(float[] a, float[] b)
    {
        double dot = a.Zip(b, (x, y) => (double)x * y).Sum();
        return dot / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
    }

    private static void AssertNear(double[] expected, float[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], Relative * expected.Max(), $"class {i}");
        }
    }
}
