using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Tests.Runtime;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed partial class SignalsHeldTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(10);

    [TestMethod]
    public void Dispose_SignalCameMeanwhile_DeliversItThen()
    {
        using var arrived = new ManualResetEventSlim();
        using var handler = WindowSignal.Handle(arrived.Set);
        bool heldThen;
        using (new SignalsHeld())
        {
            WindowSignal.Send(WindowSignal.ThisThread());
            heldThen = IsPending();
        }

        Assert.IsTrue(heldThen, "It waits while signals are held.");
        Assert.IsFalse(IsPending(), "It does not wait any longer.");
        Assert.IsTrue(arrived.Wait(LongEnough), "Its handler is called.");
    }

    private static unsafe bool IsPending()
    {
        ulong* set = stackalloc ulong[16];
        Assert.AreEqual(0, Pending(set));
        return (set[0] & (1UL << (WindowSignal.Number - 1))) != 0;
    }

    [LibraryImport("libc", EntryPoint = "sigpending")]
    private static unsafe partial int Pending(ulong* set);
}
