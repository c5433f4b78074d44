using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Tests;

/// <summary>Sets the test process up as the library sets up a user's.</summary>
[TestClass]
public static class TestProcess
{
    [AssemblyInitialize]
    public static void Start(TestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        TorchRuntime.EnsureStarted();
    }
}
