namespace MaskedPretraining.Golden;

[TestClass]
public sealed class GoldenComparerTests
{
    private static readonly Tolerance OneThousandth = new(0.001, 0);

    [TestMethod]
    public void Compare_DifferenceWithinAbsoluteLimit_Agrees() =>
        Assert.IsNull(GoldenComparer.Compare("out/x", [1.0009, 2], [1, 2], OneThousandth));

    [TestMethod]
    public void Compare_DifferenceBeyondLimit_NamesWorstElementAndLimit()
    {
        string? failure = GoldenComparer.Compare("out/x", [1.002, 2, 3.5], [1, 2, 3], OneThousandth);
        Assert.AreEqual("out/x: worst element 2 is 3.5 instead of 3, difference 0.5, limit 0.001", failure);
    }

    [TestMethod]
    public void Compare_RelativeLimit_ScalesWithLargestExpectedElement()
    {
        var relative = new Tolerance(0, 0.01);
        Assert.IsNull(GoldenComparer.Compare("out/x", [0.9, -100], [0, -100], relative));
        Assert.IsNotNull(GoldenComparer.Compare("out/x", [1.1, -100], [0, -100], relative));
    }

    [TestMethod]
    public void Compare_NaN_OnlyAgreesWithNaN()
    {
        Assert.IsNull(GoldenComparer.Compare("out/x", [double.NaN], [double.NaN], OneThousandth));
        Assert.IsNotNull(GoldenComparer.Compare("out/x", [double.NaN], [1], OneThousandth));
        Assert.IsNotNull(GoldenComparer.Compare("out/x", [1], [double.NaN], OneThousandth));
    }

    [TestMethod]
    public void Compare_Infinity_OnlyAgreesWithItself()
    {
        Assert.IsNull(GoldenComparer.Compare("out/x", [double.PositiveInfinity], [double.PositiveInfinity], OneThousandth));
        Assert.IsNotNull(GoldenComparer.Compare("out/x", [double.NegativeInfinity], [double.PositiveInfinity], OneThousandth));
        Assert.IsNotNull(GoldenComparer.Compare("out/x", [double.PositiveInfinity], [1], new Tolerance(0, 0.5)));
    }

    [TestMethod]
    public void Compare_ExemptRange_UsesItsOwnLimitThereOnly()
    {
        var tolerance = OneThousandth with { Exempt = [new ExemptRange("grad/x", 1, 2, 0.5)] };
        Assert.IsNull(GoldenComparer.Compare("grad/x", [1, 1.4], [1, 1], tolerance));
        Assert.IsNotNull(GoldenComparer.Compare("grad/x", [1.4, 1], [1, 1], tolerance));
        Assert.IsNotNull(GoldenComparer.Compare("grad/y", [1, 1.4], [1, 1], tolerance));
        Assert.IsNotNull(GoldenComparer.Compare("grad/x", [1, 1.6], [1, 1], tolerance));
    }

    [TestMethod]
    public void Compare_Outliers_AsManyAsAllowedAndNoFartherThanTheirLimit()
    {
        var tolerance = OneThousandth with { Outliers = new OutlierAllowance(1, 0.5, 0.1) };
        double[] expected = new double[4];
        Assert.IsNull(GoldenComparer.Compare("out/x", [0.09, 0.09, 0, 0], expected, tolerance));
        Assert.IsNotNull(GoldenComparer.Compare("out/x", [0.09, 0.09, 0.09, 0], expected, tolerance));
        Assert.IsNotNull(GoldenComparer.Compare("out/x", [0.2, 0, 0, 0], expected, tolerance));
    }

    [TestMethod]
    public void Compare_Integers_MustBeEqualUpToGreyLevels()
    {
        Assert.IsNull(GoldenComparer.Compare("out/x", [1L, 2], [1L, 2], 0));
        Assert.AreEqual("out/x: worst element 1 is 4 instead of 2, limit 1", GoldenComparer.Compare("out/x", [2L, 4], [1L, 2], 1));
    }
}
