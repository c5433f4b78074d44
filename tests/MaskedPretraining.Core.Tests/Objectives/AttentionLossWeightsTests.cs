using MaskedPretraining.Core.Objectives;

namespace MaskedPretraining.Core.Tests.Objectives;

[TestClass]
public sealed class AttentionLossWeightsTests
{
    // The published losses have ten decimals; weights are single precision, which has seven digits.
    private const double Published = 2e-6;

    private static readonly double[] Errors = [0.4, 0.1, 0.2, 0.3];
    private static readonly bool[] Mask = [true, true, false, true];
    private static readonly float[] Map = [0, 0.5f, 1, 1];

    [TestMethod]
    [DataRow(2.0, 0.3410063076)]
    [DataRow(1.0, 0.4601188919)]
    [DataRow(0.5, 0.9628483375)]
    [DataRow(0.25, 5.8394502068)]
    public void Weight_Temperatures_GiveThePublishedLosses(double temperature, double loss) =>
        Assert.AreEqual(loss, Loss(temperature, new AttentionLossOptions()), Published);

    [TestMethod]
    [DataRow(2.0, 0.2601283541)]
    [DataRow(1.0, 0.2571931952)]
    [DataRow(0.5, 0.2600573631)]
    [DataRow(0.25, 0.2781255384)]
    public void ApplyScale_InverseMeanWeight_GivesTheLossesWithTheOtherDenominator(double temperature, double loss) =>
        Assert.AreEqual(loss, Loss(temperature, new AttentionLossOptions { Scale = LossScale.InverseMeanWeight, Gamma = 3 }), Published);

    [TestMethod]
    public void ApplyScale_Gamma_MultipliesTheLoss() =>
        Assert.AreEqual(2.5 * 0.4601188919, Loss(1.0, new AttentionLossOptions { Gamma = 2.5 }), 2.5 * Published);

    [TestMethod]
    public void Weight_EndlessTemperature_ComesToThePlainLoss() => Assert.AreEqual(0.8 / 3, Loss(1e9, new AttentionLossOptions()), 1e-6);

    [TestMethod]
    public void Weight_Background_IsExactlyOne() => Assert.AreEqual(1f, AttentionLossWeights.Weight(0, 0.37));

    [TestMethod]
    public void Weight_LowestTemperature_IsFinite() => Assert.IsTrue(float.IsFinite(AttentionLossWeights.Weight(1, TemperatureSchedule.Minimum)));

    [TestMethod]
    public void ApplyScale_GammaOne_LeavesEveryBit()
    {
        float[] weights = [1, 2.718282f, 0];
        AttentionLossWeights.ApplyScale(weights, 2, new AttentionLossOptions());
        CollectionAssert.AreEqual(new[] { 1, 2.718282f, 0 }, weights);
    }

    [TestMethod]
    public void ApplyScale_NothingMasked_GivesNoNaN()
    {
        float[] weights = [0, 0];
        AttentionLossWeights.ApplyScale(weights, 0, new AttentionLossOptions { Scale = LossScale.InverseMeanWeight });
        CollectionAssert.AreEqual(new float[] { 0, 0 }, weights);
    }

    [TestMethod]
    public void Normalize_MinMax_BringsAnyRangeToZeroAndOne()
    {
        float[] map = [-3, 5, 1];
        AttentionLossWeights.Normalize(map, MapNormalization.MinMax);
        CollectionAssert.AreEqual(new[] { 0, 1, 0.5f }, map);
    }

    [TestMethod]
    [DataRow(0.25f)]
    [DataRow(1000f)]
    public void Normalize_FlatMap_BecomesZeros(float value)
    {
        float[] map = [value, value, value + 5e-7f];
        AttentionLossWeights.Normalize(map, MapNormalization.MinMax);
        CollectionAssert.AreEqual(new float[3], map);
    }

    [TestMethod]
    public void Normalize_None_LeavesTheMap()
    {
        float[] map = [0.25f, 0.5f];
        AttentionLossWeights.Normalize(map, MapNormalization.None);
        CollectionAssert.AreEqual(new[] { 0.25f, 0.5f }, map);
    }

    private static double Loss(double temperature, AttentionLossOptions options)
    {
        float[] weights = [.. Map.Select((value, patch) => Mask[patch] ? AttentionLossWeights.Weight(value, temperature) : 0)];
        AttentionLossWeights.ApplyScale(weights, 3, options);
        return weights.Select((weight, patch) => weight * Errors[patch]).Sum() / 3;
    }
}
