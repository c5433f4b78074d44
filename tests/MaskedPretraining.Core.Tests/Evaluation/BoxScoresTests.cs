using MaskedPretraining.Core.Attention;

namespace MaskedPretraining.Core.Evaluation;

[TestClass]
public sealed class BoxScoresTests
{
    private static readonly BoundingBox Unit = new(0, 0, 1, 1);

    [TestMethod]
    public void Add_SeveralTrueBoxes_CountsTheBestOne()
    {
        var scores = new BoxScores();
        Assert.AreEqual(0.5, scores.Add(Unit, [new(5, 5, 6, 6), new(0, 0, 2, 1)]), 1e-15);
        Assert.AreEqual(1, scores.CorLoc, "an overlap of exactly half is correct");
    }

    [TestMethod]
    public void Add_NoPrediction_IsAMiss()
    {
        var scores = new BoxScores();
        scores.Add(Unit, [Unit]);
        scores.Add(null, [Unit]);
        Assert.AreEqual(0.5, scores.CorLoc);
        Assert.AreEqual(0.5, scores.MeanIou);
    }

    [TestMethod]
    public void Add_NoTrueBox_IsNotCounted()
    {
        var scores = new BoxScores();
        scores.Add(Unit, []);
        Assert.AreEqual(0, scores.Images);
        Assert.AreEqual(0, scores.CorLoc);
    }
}
