using System.Diagnostics;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Tests.Runtime;

[TestClass]
public sealed class StageClockTests
{
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(5);

    [TestMethod]
    public void Time_WhileClockRuns_AddsUpAllThreads()
    {
        using var clock = new StageClock();
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(Rest))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.IsGreaterThanOrEqualTo(3 * Nap.TotalSeconds, clock.Seconds(StepStage.LoaderWait));
        clock.Restart();
        Assert.AreEqual(0, clock.Seconds(StepStage.LoaderWait));

        static void Rest()
        {
            using var stage = StageClock.Time(StepStage.LoaderWait);
            Thread.Sleep(Nap);
        }
    }

    [TestMethod]
    public void TimeEach_SlowSource_CountsWaitsAndNotWork()
    {
        using var clock = new StageClock();
        long start = Stopwatch.GetTimestamp();
        int[] seen = [.. StageClock.TimeEach(StepStage.LoaderWait, Slow()).Select(number =>
        {
            Thread.Sleep(10 * Nap);
            return number;
        })];
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, seen);
        Assert.IsGreaterThanOrEqualTo(3 * Nap.TotalSeconds, clock.Seconds(StepStage.LoaderWait));
        Assert.IsLessThanOrEqualTo(Stopwatch.GetElapsedTime(start).TotalSeconds - (30 * Nap.TotalSeconds), clock.Seconds(StepStage.LoaderWait));

        static IEnumerable<int> Slow()
        {
            for (int i = 0; i < 3; i++)
            {
                Thread.Sleep(Nap);
                yield return i;
            }
        }
    }

    [TestMethod]
    public void Constructor_ClockRuns_IsRefusedUntilItIsDisposed()
    {
        using (new StageClock())
        {
            Assert.ThrowsExactly<InvalidOperationException>(() => new StageClock());
        }

        new StageClock().Dispose();
    }
}
