using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Runtime;

namespace MaskedPretraining.Torch.Tests.Runtime;

[TestClass]
public sealed class LibtorchVersionTests
{
    [TestMethod]
    [DataRow("1.13.0a0", false)]
    [DataRow("1.13.1", false)]
    [DataRow("2.3.1+cu121", false)]
    [DataRow("2.4.0", true)]
    [DataRow("2.7.1.0", true)]
    [DataRow("2.10.0", true)]
    [DataRow("2.6.0+cu124", true)]
    [DataRow("2.11+cu130", true)]
    [DataRow("3.0.0", true)]
    [DataRow("", false)]
    [DataRow("unknown", false)]
    public void IsIn_Version_DecidesWhetherTheFusedStepIsTaken(string version, bool expected) => Assert.AreEqual(expected, FusedAdamW.IsIn(version));

    [TestMethod]
    public void IsAtLeast_MinorOfAnEarlierMajor_DoesNotCount() => Assert.IsFalse(LibtorchVersion.IsAtLeast("1.99.0", 2, 0));
}
