namespace MaskedPretraining.Core.Evaluation;

[TestClass]
public sealed class ClassificationAccuracyTests
{
    private const double Exact = 1e-15;

    [TestMethod]
    public void TopOne_ThreeOfFourRight_IsThreeQuarters() => Assert.AreEqual(0.75, ClassificationAccuracy.TopOne([1, 2, 3, 0], [1, 2, 3, 4]), Exact);

    [TestMethod]
    [DataRow(1, 0.5)]
    [DataRow(2, 1.0)]
    public void TopK_TrueClassFirstAndSecond_CountsByK(int k, double expected) =>
        Assert.AreEqual(expected, ClassificationAccuracy.TopK([0.9f, 0.1f, 0, 0.2f, 0.5f, 0.3f], 3, [0, 2], k), Exact);

    [TestMethod]
    public void TopK_EqualScores_TheLowerClassGoesFirst()
    {
        Assert.AreEqual(1, ClassificationAccuracy.TopK([0.5f, 0.5f], 2, [0], 1), Exact);
        Assert.AreEqual(0, ClassificationAccuracy.TopK([0.5f, 0.5f], 2, [1], 1), Exact);
    }

    [TestMethod]
    public void TopOne_NoLabelsOrOtherLength_IsRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => ClassificationAccuracy.TopOne([], []));
        Assert.ThrowsExactly<ArgumentException>(() => ClassificationAccuracy.TopOne([1], [1, 2]));
    }

    [TestMethod]
    public void Gap_Backgrounds_IsWhatALyingOneCosts() => Assert.AreEqual(0.073, new BackgroundRobustness(0.862, 0.789).Gap, 1e-12);
}
