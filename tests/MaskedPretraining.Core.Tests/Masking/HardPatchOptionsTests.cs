using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class HardPatchOptionsTests
{
    private static readonly PatchGrid Fourteen = new(14, 14);

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(99, 36)]
    [DataRow(199, 73)]
    public void HardCountAt_PublishedShare_GrowsToHalfOfTheMasked(int epoch, int expected) =>
        Assert.AreEqual(expected, new HardPatchOptions().HardCountAt(Fourteen, new TrainingProgress(epoch, 200)));

    [TestMethod]
    public void HardCountAt_FinalShareOfOne_EndsWithAllMasked() =>
        Assert.AreEqual(147, new HardPatchOptions { FinalShare = 1 }.HardCountAt(Fourteen, new TrainingProgress(9, 10)));

    [TestMethod]
    public void Validate_BadOptions_NotesEveryOne()
    {
        var errors = new OptionErrors();
        new HardPatchOptions { MaskRatio = 0, FinalShare = 1.1 }.Validate(errors);
        string[] names = [.. Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("")).Errors.Select(error => error.Split(' ')[0])];
        CollectionAssert.AreEqual(new[] { "MaskRatio", "FinalShare" }, names);
    }
}
