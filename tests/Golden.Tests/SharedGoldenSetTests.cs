using MaskedPretraining.Tests;

namespace MaskedPretraining.Golden;

[TestClass]
public sealed class SharedGoldenSetTests
{
    [TestMethod]
    public void Run_SharedSet_EveryCoveredCasePasses()
    {
        if (SharedData.Find("golden") is not { } directory)
        {
            return;
        }

        var output = new StringWriter();
        Assert.IsTrue(new GoldenRunner(output).Run(directory), output.ToString());
    }
}
