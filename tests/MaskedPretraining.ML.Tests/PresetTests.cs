using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Schedules;
using Microsoft.ML;

namespace MaskedPretraining.ML.Tests;

/// <summary>Holds the papers' recipes to the table of the specification (section 9.9) and to what the library accepts.</summary>
[TestClass]
public sealed class PresetTests
{
    public static IEnumerable<object[]> Presets =>
    [
        ["MAE", GuidedMaeOptions.Mae()],
        ["MAE ViT-Ti", GuidedMaeOptions.Mae(VisionTransformerOptions.Tiny())],
        ["MAE ViT-H", GuidedMaeOptions.Mae(VisionTransformerOptions.Huge())],
        ["AMT on MAE", GuidedMaeOptions.AttentionDrivenMae()],
        ["HPM on MAE", GuidedMaeOptions.HardPatchesMae()],
        ["AutoMAE", GuidedMaeOptions.AutoMae(AttentionProvider.FirstPhase(800))],
        ["SimMIM", GuidedMaeOptions.SimMim()],
        ["AMT on SimMIM", GuidedMaeOptions.AttentionDrivenSimMim()],
        ["MaskFeat", GuidedMaeOptions.MaskFeat()],
        ["32 pixels", GuidedMaeOptions.SmallImages32()],
        ["64 pixels", GuidedMaeOptions.SmallPhotos64()],
        ["96 pixels", GuidedMaeOptions.SmallPhotos96()],
    ];

    [TestMethod]
    [DynamicData(nameof(Presets))]
    public void GuidedMae_Preset_IsAccepted(string name, GuidedMaeOptions options) =>
        Assert.IsNotNull(new MLContext(seed: 1).MaskedPretraining.GuidedMae("Features", "Image", options), name);

    [TestMethod]
    [DataRow("MAE", 800, 4096, 2.4e-3, 0.0, 0.95)]
    [DataRow("AMT on MAE", 400, 4096, 2.4e-3, 0.0, 0.95)]
    [DataRow("HPM on MAE", 200, 2048, 1.2e-3, 0.0, 0.95)]
    [DataRow("AutoMAE", 800, 4096, 2.4e-3, 0.0, 0.95)]
    [DataRow("SimMIM", 800, 2048, 4e-4, 0.0, 0.999)]
    [DataRow("AMT on SimMIM", 200, 2048, 4e-4, 2e-5, 0.999)]
    [DataRow("MaskFeat", 300, 2048, 1.6e-3, 8e-6, 0.999)]
    public void Preset_Recipe_IsThePapers(string name, int epochs, int batch, double peak, double least, double beta2)
    {
        var options = (GuidedMaeOptions)Presets.Single(preset => (string)preset[0] == name)[1];
        Assert.AreEqual(epochs, options.Epochs);
        Assert.AreEqual(batch, options.BatchSize);
        Assert.AreEqual(peak, options.Optimization.LearningRatePer256 * batch / 256, 1e-12);
        Assert.AreEqual(least, options.Optimization.MinLearningRatePer256 * batch / 256, 1e-12);
        Assert.AreEqual(beta2, options.Optimization.Beta2);
        Assert.AreEqual(0.05, options.Optimization.WeightDecay);
    }

    [TestMethod]
    public void SimMim_Schedule_FallsAtEpoch700() => Assert.AreEqual(
        (LearningRateDecay.MultiStep, 700.0), (GuidedMaeOptions.SimMim().Optimization.Decay, GuidedMaeOptions.SimMim().Optimization.Milestones.Single()));

    [TestMethod]
    public void Mae_SmallEncoders_HaveTheDecodersOfMaeLite()
    {
        Assert.AreEqual("decoder 96x1 heads 3", GuidedMaeOptions.Mae(VisionTransformerOptions.Tiny()).Decoder.ToString());
        Assert.AreEqual("decoder 192x1 heads 6", GuidedMaeOptions.Mae(VisionTransformerOptions.Small()).Decoder.ToString());
        Assert.AreEqual("decoder 512x8 heads 16", GuidedMaeOptions.Mae(VisionTransformerOptions.Large()).Decoder.ToString());
    }
}
