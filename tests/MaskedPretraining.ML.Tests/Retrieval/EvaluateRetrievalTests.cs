using MaskedPretraining.Core.Evaluation.Retrieval;
using Microsoft.ML;

namespace MaskedPretraining.ML.Tests.Retrieval;

[TestClass]
public sealed class EvaluateRetrievalTests
{
    private const double Exact = 1e-12; // double precision on the same ranks

    private static readonly MLContext Context = new();

    [TestMethod]
    public void EvaluateRetrieval_ByLabel_IsTheHandWorkedScore()
    {
        // The cat at 0 degrees sees cat 10, dog 20, cat 30: (1 + 1) / 4 + (1/2 + 2/3) / 4.
        var database = FeatureRow.View(Context, ("cat", 10), ("dog", 20), ("cat", 30));
        var metrics = Context.MaskedPretraining.EvaluateRetrieval(FeatureRow.View(Context, ("cat", 0)), database, options: new() { Cutoffs = [1, 2] });
        Assert.AreEqual(0.5 + (7.0 / 24), metrics.MeanAveragePrecision, Exact);
        Assert.AreSequenceEqual([1, 0.5], metrics.MeanPrecision.ToArray());
    }

    [TestMethod]
    public void EvaluateRetrieval_DatabaseAgainstItself_NobodyFindsHimself()
    {
        // Each cat finds the other behind the dog; the dog has nobody to find.
        var images = FeatureRow.View(Context, ("cat", 0), ("dog", 20), ("cat", 45));
        var metrics = Context.MaskedPretraining.EvaluateRetrieval(images, images);
        Assert.AreEqual((2, 1), (metrics.Queries, metrics.SkippedQueries));
        Assert.AreEqual(0.25, metrics.MeanAveragePrecision, Exact, "the other stands at rank 1 of both: (0 + 1/2) / 2");
    }

    [TestMethod]
    public void EvaluateRetrieval_KeysOfOtherMappings_AreTheSameClassByName()
    {
        var database = Keyed(("owl", 0), ("cat", 90));
        var queries = Keyed(("cat", 89), ("owl", 1));
        Assert.AreEqual(1, Context.MaskedPretraining.EvaluateRetrieval(queries, database).MeanAveragePrecision);
    }

    [TestMethod]
    public void EvaluateRetrieval_NoCommonLabel_SaysSo() =>
        Assert.Contains("None of the 1 queries", Assert.ThrowsExactly<InvalidDataException>(
            () => Context.MaskedPretraining.EvaluateRetrieval(FeatureRow.View(Context, ("cat", 0)), FeatureRow.View(Context, ("dog", 0)))).Message);

    [TestMethod]
    public void EvaluateRetrieval_GroundTruth_MatchesPhotosByName()
    {
        var truth = new RevisitedGroundTruth(["a", "b", "c"], [new RevisitedQuery("q", null, [2], [0], [1])]);
        // In another order than the ground truth's; b is junk, z unknown to it.
        var database = FeatureRow.View(Context, ("jpg/c.jpg", 20), (@"jpg\b.jpg", 5), ("jpg/z.jpg", 1), ("jpg/a.jpg", 10));
        double Map(RetrievalDifficulty difficulty) =>
            Context.MaskedPretraining.EvaluateRetrieval(FeatureRow.View(Context, ("q.jpg", 0)), database, truth, difficulty, nameColumnName: "Label").MeanAveragePrecision;
        Assert.AreEqual(1, Map(RetrievalDifficulty.Hard), "a, nearest when b and c are ignored");
        Assert.AreEqual(1, Map(RetrievalDifficulty.Medium), "a and c are all that is left");
        Assert.AreEqual(1, Map(RetrievalDifficulty.Easy));
    }

    [TestMethod]
    public void EvaluateRetrieval_PhotoMissingOrTwice_IsNamed()
    {
        var truth = new RevisitedGroundTruth(["a", "b"], [new RevisitedQuery("q", null, [0], [], [])]);
        string Message(params (string, double)[] database) => Assert.ThrowsExactly<InvalidDataException>(() => Context.MaskedPretraining.EvaluateRetrieval(
            FeatureRow.View(Context, ("q", 0)), FeatureRow.View(Context, database), truth, RetrievalDifficulty.Easy, nameColumnName: "Label")).Message;
        Assert.Contains("1 of the 2 photos that the ground truth names are not among the database: b", Message(("a", 0)));
        Assert.Contains("two photos of the name 'a'", Message(("x/a.jpg", 0), ("y/a.png", 0), ("b", 0)));
    }

    private static IDataView Keyed(params (string, double)[] rows)
    {
        var view = FeatureRow.View(Context, rows);
        return Context.Transforms.Conversion.MapValueToKey("Label").Fit(view).Transform(view);
    }
}
