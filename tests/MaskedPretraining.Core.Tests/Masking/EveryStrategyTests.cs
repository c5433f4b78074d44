using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Core.Masking;

/// <summary>What holds for every strategy, with the settings that make it take another way through its code.</summary>
[TestClass]
public sealed class EveryStrategyTests
{
    private static readonly TrainingProgress Late = new(80, 100);

    public static IEnumerable<object[]> Strategies { get; } =
    [
        [new RandomMasking()],
        [new RandomMasking(0.5)],
        [new RandomUnitMasking()],
        [new RandomUnitMasking(0.44, 2, 0.26)],
        [new RandomUnitMasking(0.4, 1, 0.1)],
        [new BlockMasking()],
        [new BlockMasking(new() { Exact = false })],
        [new BlockMasking(new() { MaskRatio = 0.75, MinBlock = 16, MaxBlock = 20, MinAspect = 0.5 })],
        [new GridMasking()],
        [new GridMasking(randomPhase: true)],
        [new RandomizedGridMasking()],
        [new NoiseMasking()],
        [new NoiseMasking(0.6, 1, double.PositiveInfinity)],
        [new NoiseMasking(0.75, 0, 1)],
        [new ObjectPriorMasking()],
        [new ObjectPriorMasking(0.5, 0.6)],
        [new MapMasking()],
        [new MapMasking(0.3)],
        [new PartMasking()],
        [new PartMasking(0.5, 1)],
        [new AttentionDrivenMasking()],
        [new AttentionDrivenMasking(new() { Mode = ThrowMode.Low })],
        [new AttentionDrivenMasking(new() { Mode = ThrowMode.Random })],
        [new AttentionDrivenMasking(new() { Mode = ThrowMode.None })],
        [new AttentionDrivenMasking(new() { MaskRatio = 0.44, ThrowRatio = 0.26, UnitSide = 2, RandomRatio = 0.6, MapCrop = MapCrop.AsReleased })],
        [new AttentionTopMasking()],
        [new AttentionTopMasking(new() { Mode = AttentionTopMode.Low, StartEpoch = 3, RefreshInterval = 2 })],
        [new AttentionTopMasking(new() { Mode = AttentionTopMode.Hint, ShowMax = 0.2 })],
        [new AttentionTopMasking(new() { Probability = 0.5 })],
    ];

    [TestMethod]
    [DynamicData(nameof(Strategies))]
    public void Plan_AnyGrid_KeepsTheProperties(IMaskingStrategy strategy)
    {
        foreach (var grid in new[] { new PatchGrid(4, 6), new PatchGrid(14, 14), new PatchGrid(40, 40) })
        {
            // Whole numbers, so that they can be part numbers too.
            float[] weights = [.. Enumerable.Range(0, grid.Count).Select(patch => (float)(patch % 5))];
            PlanProperties.AssertHold(strategy, grid, new(0, 100), weights);
            PlanProperties.AssertHold(strategy, grid, Late, weights);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Strategies))]
    public void Plan_OtherSamples_DifferUnlessTheStrategyIsFixed(IMaskingStrategy strategy)
    {
        var grid = new PatchGrid(8, 8);
        float[] weights = [.. Enumerable.Range(0, grid.Count).Select(patch => (float)(patch % 5))];
        var plans = Enumerable.Range(0, 8).Select(sample => PlanProperties.Picture(strategy, grid, Late, weights, sample)).Distinct();
        Assert.AreEqual(strategy.ToString() != new GridMasking().ToString(), plans.Count() > 1);
    }

    [TestMethod]
    [DynamicData(nameof(Strategies))]
    public void Plan_WrongLengths_IsRefused(IMaskingStrategy strategy) =>
        Assert.ThrowsExactly<ArgumentException>(() => strategy.Plan(new SampleContext(new PatchGrid(8, 8), Late, new RandomStream(1, RandomPurpose.Mask, 0, 0)) { PatchWeights = new float[64] }, new int[1], new int[62]));

    [TestMethod]
    [DynamicData(nameof(Strategies))]
    public void Plan_WithoutOrWithWrongWeights_IsRefusedIfTheyAreNeeded(IMaskingStrategy strategy)
    {
        var grid = new PatchGrid(8, 8);
        foreach (float[] weights in new float[][] { [], new float[63] })
        {
            if (strategy.NeedsPatchWeights(Late))
            {
                var exception = Assert.ThrowsExactly<ArgumentException>(() => PlanProperties.PlanOften(strategy, grid, Late, weights));
                Assert.Contains($"{strategy.GetType().Name} needs one weight for each of 64 patches in epoch 80, but there are {weights.Length}.", exception.Message);
            }
            else
            {
                PlanProperties.PlanOften(strategy, grid, Late, weights);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Strategies))]
    public void Plan_WeightNegativeOrNotFinite_NamesStrategyAndPatchIfItIsNeeded(IMaskingStrategy strategy)
    {
        var grid = new PatchGrid(8, 8);
        foreach (float bad in new[] { float.NaN, -1, float.PositiveInfinity })
        {
            float[] weights = new float[64];
            weights[7] = bad;
            if (strategy.NeedsPatchWeights(Late))
            {
                var exception = Assert.ThrowsExactly<ArgumentException>(() => PlanProperties.PlanOften(strategy, grid, Late, weights));
                Assert.Contains(FormattableString.Invariant($"{strategy.GetType().Name} was given the weight {bad} for patch 7"), exception.Message);
            }
        }
    }

    [TestMethod]
    public void ToString_OtherSettings_IsAnotherText()
    {
        string[] texts = [.. Strategies.Select(row => row[0].ToString()!)];
        Assert.HasCount(texts.Length, texts.Distinct());
        foreach (object[] row in Strategies)
        {
            Assert.StartsWith(row[0].GetType().Name, row[0].ToString());
        }
    }
}
