using TorchSharp;
using static TorchSharp.torch;

namespace Compat.TorchSharp.Tests;

[TestClass]
public sealed class DisposeScopeTests
{
    [TestMethod]
    public void Dispose_Scope_FreesWhatWasMadeInsideAndKeepsWhatMovedOut()
    {
        var before = Tensor.TotalCount;
        Tensor kept, dropped;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                dropped = ones(3);
                kept = (dropped + 1).MoveToOuterDisposeScope();
            }

            Assert.IsTrue(dropped.IsInvalid);
            Assert.IsFalse(kept.IsInvalid);
            Assert.AreEqual(1, outer.DisposablesCount);
            kept.DetachFromDisposeScope();
        }

        Assert.IsFalse(kept.IsInvalid);
        kept.Dispose();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Dispose_TensorInsideAScope_LeavesTheScope()
    {
        using var scope = NewDisposeScope();
        var a = ones(1);
        var b = ones(1);
        var c = ones(1);
        a.Dispose();
        Assert.AreEqual(2, scope.DisposablesCount);
        c.Dispose();
        Assert.IsFalse(scope.Contains(c));
        Assert.IsTrue(scope.Contains(b));
    }

    [TestMethod]
    public void DisposeEverythingBut_OneTensor_KeepsIt()
    {
        using var scope = NewDisposeScope();
        var a = ones(1);
        var b = ones(1);
        scope.DisposeEverythingBut(a);
        Assert.IsFalse(a.IsInvalid);
        Assert.IsTrue(b.IsInvalid);
    }

    [TestMethod]
    public void Statistics_OfThisThread_CountCreatedAndDisposed()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        using (NewDisposeScope())
            _ = ones(1) + ones(1);
        var outside = ones(1);
        Assert.AreEqual(3, statistics.CreatedInScopeCount);
        Assert.AreEqual(1, statistics.ThreadTotalLiveCount);
        outside.Dispose();
        Assert.AreEqual(0, statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Finalizer_TensorsNeverDisposed_AreFreedLaterByAWorkingThread()
    {
        var before = Tensor.TotalCount;
        Forget(100);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using (NewDisposeScope())
            _ = ones(1);
        Assert.AreEqual(before, Tensor.TotalCount);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget(int count)
        {
            for (var i = 0; i < count; i++)
                _ = zeros(64, 64);
        }
    }

    [TestMethod]
    public void Threads_WorkingWhileTheCollectorRuns_DoNotDisturbEachOther()
    {
        const int Rounds = 200;
        var failures = 0;
        var threads = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                // No scope: all temporaries are left to the collector.
                var p = ones(16, 16, requires_grad: true);
                var loss = (p.mm(p) * 2).sum();
                loss.backward();
                if (Math.Abs(p.grad!.sum().item<float>() - 2 * 2 * 16 * 256) > 0.5f)
                    Interlocked.Increment(ref failures);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        while (threads.Any(thread => thread.IsAlive))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.AreEqual(0, failures);
    }
}
