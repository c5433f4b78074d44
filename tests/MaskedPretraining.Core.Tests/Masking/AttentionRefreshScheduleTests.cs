namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class AttentionRefreshScheduleTests
{
    [TestMethod]
    public void RefreshesBefore_FourHundredEpochs_AreTheNineOfTheReleasedCode() =>
        CollectionAssert.AreEqual(new[] { 41, 81, 121, 161, 201, 241, 281, 321, 361 }, Refreshes(new AttentionRefreshSchedule(), 400));

    [TestMethod]
    public void IsGuided_FourHundredEpochs_StartsAtFortyOne()
    {
        var schedule = new AttentionRefreshSchedule();
        Assert.IsFalse(schedule.IsGuided(new(40, 400)));
        Assert.IsTrue(schedule.IsGuided(new(41, 400)));
    }

    [TestMethod]
    [DataRow(1, new int[0])]
    [DataRow(2, new[] { 1 })]
    [DataRow(4, new[] { 1, 2, 3 })]
    [DataRow(20, new[] { 3, 5, 7, 9, 11, 13, 15, 17, 19 })]
    public void RefreshesBefore_ShortRuns_KeepTheProportion(int epochs, int[] expected) =>
        CollectionAssert.AreEqual(expected, Refreshes(new AttentionRefreshSchedule(), epochs));

    [TestMethod]
    public void RefreshesBefore_GivenStartAndInterval_Follow() =>
        CollectionAssert.AreEqual(new[] { 0, 4, 8 }, Refreshes(new AttentionRefreshSchedule(startEpoch: 0, interval: 4), 10));

    [TestMethod]
    public void LastRefreshAt_AnyEpoch_IsTheRefreshThatItsMapsComeFrom()
    {
        var schedule = new AttentionRefreshSchedule(startEpoch: 2, interval: 3);
        int?[] last = [.. Enumerable.Range(0, 9).Select(epoch => schedule.LastRefreshAt(new(epoch, 9)))];
        CollectionAssert.AreEqual(new int?[] { null, null, 2, 2, 2, 5, 5, 5, 8 }, last);
    }

    [TestMethod]
    public void Constructor_IntervalZero_IsRefused() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new AttentionRefreshSchedule(interval: 0));

    private static int[] Refreshes(AttentionRefreshSchedule schedule, int epochs) =>
        [.. Enumerable.Range(0, epochs).Where(epoch => schedule.RefreshesBefore(new(epoch, epochs)))];
}
