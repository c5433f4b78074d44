using System.Reflection;
using TorchSharp;

namespace Compat.TorchSharp.Tests.Internals;

[TestClass]
public sealed class OperatorTests
{
    [TestMethod]
    public void Handle_EveryOperatorOfTheTable_IsKnownToThisLibtorch()
    {
        var unknown = new List<string>();
        foreach (var field in typeof(Operators).GetFields(BindingFlags.Static | BindingFlags.Public))
        {
            try
            {
                _ = ((Operator)field.GetValue(null)!).Handle;
            }
            catch (System.Runtime.InteropServices.ExternalException e)
            {
                unknown.Add($"{field.Name}: {e.Message}");
            }
        }

        Assert.IsEmpty(unknown, string.Join("; ", unknown));
    }

    [TestMethod]
    public void Call_ElementwiseAddition_AllocatesOnlyItsResult()
    {
        const int Calls = 1000;
        const int LargestWrapper = 80; // bytes: the tensor's wrapper; the arguments live on the stack
        using var a = torch.ones(4);
        using var b = torch.ones(4);
        a.add(b).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
            a.add(b).Dispose();
        Assert.IsLessThanOrEqualTo(Calls * LargestWrapper, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
