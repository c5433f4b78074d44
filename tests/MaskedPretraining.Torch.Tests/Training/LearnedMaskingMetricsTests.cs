using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class LearnedMaskingMetricsTests
{
    [TestMethod]
    [DataRow(0.49, 1.0, "The mask generator has collapsed: its entropy is 0.490 of the largest, below 0.5")]
    [DataRow(0.9, 0.049, "The discriminator is saturated: its loss is 0.049, below 0.05")]
    [DataRow(0.5, 0.05, null)]
    [DataRow(null, null, null)]
    public void Collapse_Bounds_AreToldInWords(double? entropy, double? discriminatorLoss, string? beginning)
    {
        string? collapse = new LearnedMaskingMetrics { GeneratorEntropy = entropy, DiscriminatorLoss = discriminatorLoss }.Collapse;
        Assert.AreEqual(beginning is null, collapse is null);
        StringAssert.StartsWith(collapse ?? "", beginning ?? "");
    }

    [TestMethod]
    public void Of_Values_GivesEachBack()
    {
        var metrics = new LearnedMaskingMetrics
        {
            GuidedShare = 1,
            GuidedTopQuarterShare = 2,
            MaskedTopQuarterShare = 3,
            GeneratorEntropy = 4,
            GeneratorLoss = 5,
            DiscriminatorLoss = 6,
            RectangleScore = 7,
            GeneratorScore = 8,
        };
        Assert.AreEqual(metrics, LearnedMaskingMetrics.Of(metrics.Values().ToDictionary(pair => pair.Name, pair => pair.Value)));
        var some = new LearnedMaskingMetrics { GuidedShare = 0.5 };
        Assert.AreEqual(some, LearnedMaskingMetrics.Of(some.Values().ToDictionary(pair => pair.Name, pair => pair.Value)));
    }

    [TestMethod]
    public void Of_OtherValues_IsNull() => Assert.IsNull(LearnedMaskingMetrics.Of(new Dictionary<string, double> { ["loss"] = 1 }));
}
