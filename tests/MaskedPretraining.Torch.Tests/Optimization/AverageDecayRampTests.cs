using MaskedPretraining.Torch.Optimization;

namespace MaskedPretraining.Torch.Tests.Optimization;

[TestClass]
public sealed class AverageDecayRampTests
{
    [TestMethod]
    [DataRow(0.0, 0.999)]
    [DataRow(50.0, 0.99945)]
    [DataRow(100.0, 0.9999)]
    [DataRow(799.5, 0.9999)]
    public void At_HpmsRamp_RisesOverAHundredEpochs(double epoch, double expected) => Assert.AreEqual(expected, AverageDecayRamp.Hpm.At(epoch), 1e-12);
}
