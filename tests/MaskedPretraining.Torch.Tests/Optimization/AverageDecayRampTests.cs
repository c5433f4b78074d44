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

    [TestMethod]
    [DataRow(0L, 0.1)]
    [DataRow(90L, 0.91)]
    [DataRow(8_989L, 8990 / 8999.0)]
    [DataRow(8_990L, 0.999)]
    [DataRow(1_000_000L, 0.999)]
    public void At_FirstSteps_LooksBackOverATenthOfThem(long steps, double expected) => Assert.AreEqual(expected, AverageDecayRamp.Hpm.At(0, steps), 1e-12);
}
