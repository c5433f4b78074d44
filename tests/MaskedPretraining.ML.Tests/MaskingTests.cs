using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.ML.Tests;

[TestClass]
public sealed class MaskingTests
{
    public static IEnumerable<object?[]> Entries { get; } =
    [
        [Masking.Random(), new RandomMasking(), null, "random, 0.75 masked"],
        [Masking.RandomUnits(), new RandomUnitMasking(), null, "random units of 2x2 patches, 0.6 masked"],
        [Masking.RandomUnits(0.44, 1, 0.26), new RandomUnitMasking(0.44, 1, 0.26), null, "random units of 1x1 patches, 0.44 masked, 0.26 thrown"],
        [Masking.Block(), new BlockMasking(), null, "blocks, 0.4 masked"],
        [Masking.Block(new() { Exact = false }), new BlockMasking(new() { Exact = false }), null, "blocks, 0.4 masked or less"],
        [Masking.Grid(), new GridMasking(), null, "grid"],
        [Masking.Grid(randomPhase: true), new GridMasking(true), null, "grid with random phase"],
        [Masking.RandomizedGrid(), new RandomizedGridMasking(), null, "randomised grid"],
        [Masking.GreenNoise(), new NoiseMasking(0.75, 1, 3), null, "green noise, 0.75 masked"],
        [Masking.RedNoise(0.6), new NoiseMasking(0.6, 1, double.PositiveInfinity), null, "red noise, 0.6 masked"],
        [Masking.BlueNoise(sigma: 2), new NoiseMasking(0.75, 0, 2), null, "blue noise, 0.75 masked"],
        [Masking.AttentionDriven(), new AttentionDrivenMasking(), null, "attention-driven, 0.45 masked, 0.4 thrown"],
        [Masking.AttentionDriven(new AttentionDrivenMaskingOptions { Mode = ThrowMode.None }), new AttentionDrivenMasking(new() { Mode = ThrowMode.None }), null, "attention-driven, 0.45 masked, 0 thrown"],
        [Masking.AttentionDriven("Map"), new AttentionDrivenMasking(new() { StartEpoch = 0 }), "Map", "attention-driven, 0.45 masked, 0.4 thrown, maps of column 'Map'"],
        [Masking.AttentionDriven("Map", new() { StartEpoch = 3 }), new AttentionDrivenMasking(new() { StartEpoch = 3 }), "Map", "attention-driven, 0.45 masked, 0.4 thrown, maps of column 'Map'"],
        [Masking.AttentionTop(), new AttentionTopMasking(), null, "attention-guided (High), 0.3 masked"],
        [Masking.AttentionTop("Map", new() { Mode = AttentionTopMode.Hint }), new AttentionTopMasking(new() { Mode = AttentionTopMode.Hint, StartEpoch = 0 }), "Map", "attention-guided (Hint), 0.3 masked, maps of column 'Map'"],
        [Masking.Parts("Part", 0.5, 1), new PartMasking(0.5, 1), "Part", "parts, 0.5 masked, maps of column 'Part'"],
        [Masking.ObjectPrior("Map", 0.3), new ObjectPriorMasking(0.3), "Map", "object prior 0.3, 0.75 masked, maps of column 'Map'"],
        [Masking.FromMap("Map"), new MapMasking(), "Map", "highest values, 0.75 masked, maps of column 'Map'"],
        [Masking.HardPatches(), new HardPatchMasking(), null, "hard patches, 0.75 masked, up to 0.5 of them the hardest"],
        [Masking.HardPatches(new() { MaskRatio = 0.6, FinalShare = 0.25 }), new HardPatchMasking(new() { MaskRatio = 0.6, FinalShare = 0.25 }), null, "hard patches, 0.6 masked, up to 0.25 of them the hardest"],
        [Masking.Custom(new GridMasking()), new GridMasking(), null, "GridMasking"],
        [Masking.Custom(new MapMasking(), "Map"), new MapMasking(), "Map", "MapMasking, maps of column 'Map'"],
    ];

    [TestMethod]
    [DynamicData(nameof(Entries))]
    public void Entry_Any_HasItsStrategyColumnAndText(Masking masking, IMaskingStrategy strategy, string? column, string text)
    {
        Assert.AreEqual(strategy.ToString(), masking.Strategy.ToString());
        Assert.AreEqual(column, masking.MapColumnName);
        Assert.AreEqual(text, masking.ToString());
        Assert.IsTrue(column is null ? !strategy.NeedsPatchWeights(new(0, 100)) : strategy.NeedsPatchWeights(new(99, 100)), "who needs maps from the start has a column, and who has one needs it");
    }

    [TestMethod]
    public void ColumnEntries_OwnOptions_AreLeftAlone()
    {
        var options = new AttentionTopMaskingOptions();
        Masking.AttentionTop("Map", options);
        Assert.IsNull(options.StartEpoch);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(" ")]
    public void ColumnEntries_EmptyName_AreRefused(string column)
    {
        Assert.ThrowsExactly<ArgumentException>(() => Masking.ObjectPrior(column));
        Assert.ThrowsExactly<ArgumentException>(() => Masking.Custom(new MapMasking(), column));
    }

    [TestMethod]
    public void Entries_BadRatio_NameIt()
    {
        Assert.Contains("MaskRatio", Assert.ThrowsExactly<InvalidOptionsException>(() => Masking.GreenNoise(1)).Message);
        Assert.Contains("MaskRatio", Assert.ThrowsExactly<InvalidOptionsException>(() => Masking.Parts("Part", 0)).Message);
        Assert.Contains("FinalShare", Assert.ThrowsExactly<InvalidOptionsException>(() => Masking.HardPatches(new() { FinalShare = 2 })).Message);
        Assert.Contains("UnitSide", Assert.ThrowsExactly<InvalidOptionsException>(() => Masking.RandomUnits(unitSide: 0)).Message);
    }
}
