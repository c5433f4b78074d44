using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Masking;

[TestClass]
public sealed class HardPatchScoresTests
{
    [TestMethod]
    public void Of_TwoImages_CountsPairsAndAveragesBothKinds()
    {
        // First image: 2 before 1 is right, 4 before 1 and 4 before 2 are wrong. Second image: a tie does not count, of the other two pairs one is right and one is predicted alike.
        var metrics = HardPatchScores.Of(Images([2, 1, 4, 3, 3, 5], [0.9f, 0.5f, 0.1f, 0.2f, 0.7f, 0.7f]), hard: 1);
        Assert.AreEqual(2.0 / 5, metrics.LossOrderAgreement);
        Assert.AreEqual(3, metrics.ReconstructionLoss);
        Assert.AreEqual(1.0 / 3, metrics.HardShare);
        Assert.AreEqual(2.5, metrics.HardLoss);
        Assert.AreEqual(13.0 / 4, metrics.OtherLoss);
        Assert.IsNull(metrics.GeneratorEntropy);
    }

    [TestMethod]
    public void Of_AllRandomOrAllHard_HasOneKindOnly()
    {
        var images = Images([1, 2], [1, 2]);
        Assert.IsNull(HardPatchScores.Of(images, hard: 0).HardLoss);
        Assert.AreEqual(1.5, HardPatchScores.Of(images, hard: 0).OtherLoss);
        // Each image has one patch here.
        Assert.IsNull(HardPatchScores.Of(images, hard: 1).OtherLoss);
        Assert.AreEqual(1.5, HardPatchScores.Of(images, hard: 1).HardLoss);
        Assert.IsNull(HardPatchScores.Of(images, hard: 1).LossOrderAgreement);
    }

    private static MaskedImages Images(float[] errors, float[] predicted) => new(2, default, default, default) { Errors = errors, PredictedLosses = predicted };
}
