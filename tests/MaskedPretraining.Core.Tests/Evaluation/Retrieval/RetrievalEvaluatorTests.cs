using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Evaluation.Retrieval;

[TestClass]
public sealed class RetrievalEvaluatorTests
{
    private const double Exact = 1e-12; // double precision on the same ranks

    // A quarter circle of images; the query looks along the first.
    private static readonly FeatureMatrix Database = new(2, [1, 0, 2, 1, 1, 1, 1, 2, 0, 1]);
    private static readonly FeatureMatrix Query = new(2, [3, 0]);

    [TestMethod]
    public void Evaluate_WorkedByHand_RanksByAngle()
    {
        // Ranking 0 1 2 3 4; without image 1 the relevant 2 and 4 stand at ranks 1 and 3: (0 + 1/2) / 4 + (1/3 + 2/4) / 4 = 1/3.
        var metrics = new RetrievalEvaluator(Database).Evaluate(Query, [new RetrievalTruth([4, 2], [1])], new() { Cutoffs = [1, 2, 10] });
        Assert.AreEqual(1.0 / 3, metrics.MeanAveragePrecision, Exact);
        Assert.AreSequenceEqual([0, 0.5, 0.5], metrics.MeanPrecision.ToArray());
        Assert.AreEqual(1, metrics.Queries);
    }

    [TestMethod]
    [DataRow(7, 3, 5, 2)]
    [DataRow(100, 40, 19, 4)]
    [DataRow(333, 17, 64, 50)]
    public void Evaluate_RandomFeatures_AgreesWithSortingTheDatabase(int database, int queries, int width, int classes)
    {
        var images = RandomFeatures(1, database, width);
        var asked = RandomFeatures(2, queries, width);
        RetrievalTruth[] truths = [.. Enumerable.Range(0, queries).Select(query => new RetrievalTruth(
            [.. Enumerable.Range(0, database).Where(image => image % classes == query % classes)], [query % database, (query + 3) % database]))];
        var options = new RetrievalOptions { Cutoffs = [1, 4, 1000] };
        var metrics = new RetrievalEvaluator(images).Evaluate(asked, truths, options);
        for (int query = 0; query < queries; query++)
        {
            int[] ranking = [.. Enumerable.Range(0, database).OrderByDescending(image => Cosine(images.Row(image).ToArray(), asked.Row(query).ToArray()))];
            var expected = RetrievalScore.OfRanking(ranking, truths[query], database, options.Cutoffs);
            Assert.AreEqual(expected is null, metrics.Scores[query] is null);
            if (expected is not null)
            {
                Assert.AreEqual(expected.AveragePrecision, metrics.Scores[query]!.AveragePrecision, Exact);
                Assert.AreSequenceEqual(expected.Precision.ToArray(), metrics.Scores[query]!.Precision.ToArray());
            }
        }
    }

    [TestMethod]
    public void Evaluate_EquallySimilarImages_TheEarlierRanksFirst()
    {
        // Similarities 0 and -0 are equal too.
        var database = new FeatureMatrix(2, [0, 1, 0, -1, 0, 1]);
        var query = new FeatureMatrix(2, [1, 0]);
        Assert.AreEqual(1, new RetrievalEvaluator(database).Evaluate(query, [new RetrievalTruth([0], [])]).MeanAveragePrecision);
        Assert.AreEqual(0.5 * (0 + (1.0 / 3)), new RetrievalEvaluator(database).Evaluate(query, [new RetrievalTruth([2], [])]).MeanAveragePrecision, Exact);
    }

    [TestMethod]
    public void Evaluate_Depth_LooksNoFurther()
    {
        var metrics = new RetrievalEvaluator(Database).Evaluate(Query, [new RetrievalTruth([0, 4], [])], new() { Depth = 3 });
        Assert.AreEqual(0.5, metrics.MeanAveragePrecision, "one of two is found, at the first rank");
    }

    [TestMethod]
    public void Evaluate_QueryWithNothingToFind_IsLeftOut()
    {
        var queries = new FeatureMatrix(2, [1, 0, 0, 1]);
        var metrics = new RetrievalEvaluator(Database).Evaluate(queries, [new RetrievalTruth([], [2]), new RetrievalTruth([4], [])]);
        Assert.AreEqual((1, 1, 1.0), (metrics.Queries, metrics.SkippedQueries, metrics.MeanAveragePrecision));
        Assert.IsNull(metrics.Scores[0]);
        Assert.ThrowsExactly<InvalidDataException>(() => new RetrievalEvaluator(Database).Evaluate(Query, [new RetrievalTruth([], [])]));
    }

    [TestMethod]
    public void Evaluate_AnyNumberOfThreads_GivesTheSame()
    {
        var (images, queries) = (RandomFeatures(3, 90, 8), RandomFeatures(4, 70, 8));
        RetrievalTruth[] truths = [.. Enumerable.Range(0, 70).Select(query => new RetrievalTruth([query, query + 9], [0]))];
        double Map(int threads) => new RetrievalEvaluator(images).Evaluate(queries, truths, new() { Threads = threads }).MeanAveragePrecision;
        Assert.AreEqual(Map(1), Map(4));
    }

    [TestMethod]
    public void Evaluate_BadInput_IsNamed()
    {
        var evaluator = new RetrievalEvaluator(Database);
        RetrievalTruth[] one = [new RetrievalTruth([0], [])];
        Assert.Contains("Queries have 3 numbers", Assert.ThrowsExactly<ArgumentException>(() => evaluator.Evaluate(new FeatureMatrix(3, [1, 2, 3]), one)).Message);
        Assert.Contains("1 queries need 1 truths, but there are 0", Assert.ThrowsExactly<ArgumentException>(() => evaluator.Evaluate(Query, [])).Message);
        Assert.Contains("image 5", Assert.ThrowsExactly<ArgumentException>(() => evaluator.Evaluate(Query, [new RetrievalTruth([0], [5])])).Message);
        Assert.HasCount(3, Assert.ThrowsExactly<InvalidOptionsException>(() => evaluator.Evaluate(Query, one, new() { Cutoffs = [0], Depth = 0, Threads = 0 })).Errors);
        Assert.ThrowsExactly<OperationCanceledException>(() => evaluator.Evaluate(Query, one, null, new CancellationToken(canceled: true)));
    }

    private static FeatureMatrix RandomFeatures(long index, int rows, int width)
    {
        var random = new RandomStream(1, RandomPurpose.Scene, 0, index);
        return new FeatureMatrix(width, [.. Enumerable.Range(0, rows * width).Select(_ => (float)random.NextGaussian())]);
    }

    private static double Cosine(float[] a, float[] b) =>
        a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
}
