using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class HardPatchMaskingTests
{
    private static readonly PatchGrid Grid = new(8, 8);

    [TestMethod]
    public void Plan_Any_IsRandomMaskings()
    {
        var (expected, actual) = (Plan(new RandomMasking(0.6)), Plan(new HardPatchMasking(new HardPatchOptions { MaskRatio = 0.6 })));
        CollectionAssert.AreEqual(expected.Visible, actual.Visible);
        CollectionAssert.AreEqual(expected.Masked, actual.Masked);
    }

    [TestMethod]
    public void Options_Changed_ChangeNoStrategy()
    {
        var options = new HardPatchOptions { FinalShare = 0.3 };
        var masking = new HardPatchMasking(options);
        options.FinalShare = masking.Options.FinalShare = 0.7;
        Assert.AreEqual(0.3, masking.Options.FinalShare);
        Assert.AreEqual("HardPatchMasking ratio 0.75 hard 0.3 Relative", masking.ToString());
    }

    [TestMethod]
    public void CountsAt_OneMaskedPatch_IsRefusedAsNothingIsCompared() =>
        Assert.Contains("at least 2", Assert.ThrowsExactly<InvalidOptionsException>(() => new HardPatchMasking(new HardPatchOptions { MaskRatio = 0.01 }).CountsAt(Grid, new TrainingProgress(0, 1))).Message);

    [TestMethod]
    public void Constructor_BadOptions_AreRefused() =>
        Assert.HasCount(3, Assert.ThrowsExactly<InvalidOptionsException>(() => new HardPatchMasking(new HardPatchOptions { MaskRatio = 1, FinalShare = -1, Prediction = (LossPredictionForm)9 })).Errors);

    private static (int[] Visible, int[] Masked) Plan(IMaskingStrategy masking)
    {
        var progress = new TrainingProgress(3, 9);
        var counts = masking.CountsAt(Grid, progress);
        var (visible, masked) = (new int[counts.Visible], new int[counts.Masked]);
        Assert.AreEqual(masked.Length, masking.Plan(new SampleContext(Grid, progress, new RandomStream(1, RandomPurpose.Mask, 3, 5)), visible, masked));
        return (visible, masked);
    }
}
