namespace MaskedPretraining.Core.Schedules;

[TestClass]
public sealed class LearningRateScheduleTests
{
    // Published to seven digits.
    private const double Published = 1e-9;

    // Plain double arithmetic.
    private const double Exact = 1e-15;

    [TestMethod]
    [DataRow(0.0, 0.0)]
    [DataRow(20.0, 1.2e-3)]
    [DataRow(39.5, 2.37e-3)]
    [DataRow(40.0, 2.4e-3)]
    [DataRow(41.0, 2.399954e-3)]
    [DataRow(220.0, 1.2e-3)]
    [DataRow(399.0, 4.569e-8)]
    [DataRow(400.0, 0.0)]
    public void WarmupHalfCosine_MaesRecipe_HasThePublishedRates(double epoch, double rate) =>
        Assert.AreEqual(rate, new WarmupHalfCosineSchedule(2.4e-3, 0, 40, 400).At(epoch), Published);

    [TestMethod]
    public void WarmupHalfCosine_NothingButWarmup_EndsAtThePeak() => Assert.AreEqual(1, new WarmupHalfCosineSchedule(1, 0, 5, 5).At(5), Exact);

    [TestMethod]
    public void WarmupHalfCosine_NoWarmup_StartsAtThePeak() => Assert.AreEqual(1, new WarmupHalfCosineSchedule(1, 0, 0, 5).At(0), Exact);

    [TestMethod]
    public void WarmupHalfCosine_WarmupLongerThanTheRun_IsRefused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new WarmupHalfCosineSchedule(1, 0, 6, 5));

    [TestMethod]
    public void CosineIncludingWarmup_EndOfWarmup_JumpsOntoTheCosineThatRanSinceTheStart()
    {
        var schedule = new CosineIncludingWarmupSchedule(baseRate: 1, minimum: 0, warmupStart: 0.2, warmup: 50, total: 100);
        Assert.AreEqual(0.2, schedule.At(0), Exact);
        // 0.2 + 25 * 0.8 / 50
        Assert.AreEqual(0.6, schedule.At(25), Exact);
        // Half way along the cosine: (1 + cos(pi/2)) / 2
        Assert.AreEqual(0.5, schedule.At(50), Exact);
        Assert.AreEqual(0, schedule.At(100), Exact);
        Assert.AreEqual(0, schedule.At(150), Exact);
    }

    [TestMethod]
    public void MultiStep_MilestonesInAnyOrder_MultipliesAtEach()
    {
        var schedule = new MultiStepSchedule(baseRate: 1, warmupStart: 0, warmup: 10, milestones: [30, 20], factor: 0.1);
        Assert.AreEqual(0.5, schedule.At(5), Exact);
        Assert.AreEqual(1, schedule.At(19), Exact);
        Assert.AreEqual(0.1, schedule.At(20), Exact);
        Assert.AreEqual(0.01, schedule.At(30), Exact);
    }
}
