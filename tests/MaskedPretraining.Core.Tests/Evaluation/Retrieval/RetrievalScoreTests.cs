namespace MaskedPretraining.Core.Evaluation.Retrieval;

[TestClass]
public sealed class RetrievalScoreTests
{
    private const double Exact = 1e-12; // double precision on a handful of terms

    [TestMethod]
    public void OfRanks_PublishedExamples_GiveThePublishedPrecision()
    {
        // From the specification of the protocol: ranks 0, 2, 5 of 3, and 1, 3 of 4.
        Assert.AreEqual(0.6777777777777778, RetrievalScore.OfRanks([0, 2, 5], 3, []).AveragePrecision, Exact);
        Assert.AreEqual(0.1666666666666667, RetrievalScore.OfRanks([1, 3], 4, []).AveragePrecision, Exact);
    }

    [TestMethod]
    public void OfRanking_PublishedExample_DropsJunk()
    {
        // Without 7 and 9 the ranking is 3 1 0 4 2 5 6 8: found at ranks 0, 2 and 4.
        var score = RetrievalScore.OfRanking([7, 3, 1, 9, 0, 4, 2, 5, 6, 8], new RetrievalTruth([3, 0, 2], [7, 9]), 10, [1, 5, 10])!;
        Assert.AreEqual(0.7111111111111111, score.AveragePrecision, Exact);
        Assert.AreSequenceEqual([1, 0.6, 0.6], score.Precision.ToArray());
    }

    [TestMethod]
    public void OfRanking_WorkedByHand_IsTheAreaOfTheTrapezoids()
    {
        // Found first and third of two: (1 + 1/1) / 4 + (1/2 + 2/3) / 4 = 0.5 + 7/24.
        var score = RetrievalScore.OfRanking([0, 1, 2], new RetrievalTruth([0, 2], []), 3, [2])!;
        Assert.AreEqual(0.5 + (7.0 / 24), score.AveragePrecision, Exact);
        Assert.AreEqual(0.5, score.Precision[0]);
    }

    [TestMethod]
    public void OfRanking_PerfectRanking_IsOne()
    {
        var score = RetrievalScore.OfRanking([2, 0, 1, 3], new RetrievalTruth([0, 2], []), 4, [1, 10])!;
        Assert.AreEqual(1, score.AveragePrecision, Exact);
        Assert.AreSequenceEqual([1, 1], score.Precision.ToArray());
    }

    [TestMethod]
    public void OfRanking_EndsBeforeAnythingIsFound_IsZero()
    {
        var score = RetrievalScore.OfRanking([3, 1], new RetrievalTruth([0], []), 4, [1, 5])!;
        Assert.AreEqual(0, score.AveragePrecision);
        Assert.AreSequenceEqual([0, 0], score.Precision.ToArray());
    }

    [TestMethod]
    public void OfRanking_RelevantAndIgnored_IsIgnored()
    {
        Assert.AreEqual(1, RetrievalScore.OfRanking([1, 0], new RetrievalTruth([0, 1], [1]), 2, [])!.AveragePrecision, Exact);
        Assert.IsNull(RetrievalScore.OfRanking([1, 0], new RetrievalTruth([1], [1]), 2, []));
    }

    [TestMethod]
    public void OfRanking_ImageOutsideTheDatabase_NamesIt() =>
        Assert.Contains("image 5", Assert.ThrowsExactly<ArgumentException>(() => RetrievalScore.OfRanking([0], new RetrievalTruth([5], []), 2, [])).Message);

    [TestMethod]
    [DataRow(RetrievalDifficulty.Easy, "0", "1 2")]
    [DataRow(RetrievalDifficulty.Medium, "0 1", "2")]
    [DataRow(RetrievalDifficulty.Hard, "1", "0 2")]
    public void At_Difficulty_TakesItsImages(RetrievalDifficulty difficulty, string relevant, string ignored)
    {
        var truth = new RevisitedQuery("", null, [0], [1], [2]).At(difficulty);
        Assert.AreEqual(relevant, string.Join(' ', truth.Relevant));
        Assert.AreEqual(ignored, string.Join(' ', truth.Ignored.Order()));
    }
}
