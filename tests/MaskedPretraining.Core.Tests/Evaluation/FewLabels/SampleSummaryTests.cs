namespace MaskedPretraining.Core.Evaluation.FewLabels;

[TestClass]
public sealed class SampleSummaryTests
{
    private const double TableDigits = 1e-3; // quantiles are tabulated to three decimals

    [TestMethod]
    public void Of_FiveValues_HasStudentsInterval()
    {
        var summary = SampleSummary.Of([1, 2, 3, 4, 5]);
        Assert.AreEqual((5, 3.0), (summary.Count, summary.Mean));
        Assert.AreEqual(Math.Sqrt(2.5), summary.StandardDeviation, 1e-12);
        Assert.AreEqual(2.776 * Math.Sqrt(2.5 / 5), summary.ConfidenceHalfWidth, TableDigits);
    }

    [TestMethod]
    public void Of_OneValue_HasNoSpread() => Assert.AreEqual((0.0, 0.0), (SampleSummary.Of([0.7]).StandardDeviation, SampleSummary.Of([0.7]).ConfidenceHalfWidth));

    [TestMethod]
    [DataRow(31, 2.042)]
    [DataRow(41, 2.021)]
    [DataRow(121, 1.980)]
    public void ConfidenceHalfWidth_ManyValues_HasTheTabulatedQuantile(int count, double quantile) =>
        Assert.AreEqual(quantile, new SampleSummary(count, 0, Math.Sqrt(count)).ConfidenceHalfWidth, TableDigits);

    [TestMethod]
    public void Of_Nothing_IsRefused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SampleSummary.Of([]));
}
