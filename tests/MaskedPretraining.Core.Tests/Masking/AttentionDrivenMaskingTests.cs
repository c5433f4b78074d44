using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class AttentionDrivenMaskingTests
{
    private static readonly PatchGrid Fourteen = new(14, 14);
    private static readonly TrainingProgress Random = new(0, 400);
    private static readonly TrainingProgress Guided = new(41, 400);

    [TestMethod]
    [DataRow(0.45, 0.40, 14, 14, 88, 78, 30)]
    [DataRow(0.75, 0.0, 14, 14, 147, 0, 49)]
    [DataRow(0.75, 0.10, 14, 14, 147, 19, 30)]
    [DataRow(0.45, 0.40, 16, 16, 115, 102, 39)]
    [DataRow(0.45, 0.40, 8, 8, 28, 26, 10)]
    public void CountsAt_GuidedEpoch_AreThePublishedOnes(double ratio, double throwRatio, int rows, int columns, int masked, int thrown, int visible)
    {
        var masking = new AttentionDrivenMasking(new() { MaskRatio = ratio, ThrowRatio = throwRatio });
        Assert.AreEqual(new MaskCounts(masked, thrown, visible), masking.CountsAt(new PatchGrid(rows, columns), Guided));
    }

    [TestMethod]
    public void CountsAt_RandomEpoch_MasksThreeQuartersAndThrowsNothing()
    {
        var masking = new AttentionDrivenMasking();
        Assert.AreEqual(new MaskCounts(147, 0, 49), masking.CountsAt(Fourteen, Random));
        Assert.IsFalse(masking.NeedsPatchWeights(Random));
        Assert.IsTrue(masking.NeedsPatchWeights(Guided));
    }

    [TestMethod]
    public void Plan_RandomEpoch_IsThatOfRandomMasking()
    {
        var expected = PlanProperties.Plan(new RandomMasking(), Fourteen, Random, [], sample: 3);
        var actual = PlanProperties.Plan(new AttentionDrivenMasking(), Fourteen, Random, [], sample: 3);
        CollectionAssert.AreEqual(expected.Visible, actual.Visible);
        CollectionAssert.AreEqual(expected.Masked, actual.Masked);
    }

    [TestMethod]
    [DataRow(ThrowMode.Middle, 0.4)]
    [DataRow(ThrowMode.Low, 0.4)]
    [DataRow(ThrowMode.Middle, 0.0)]
    public void Plan_AnyModeAndGrid_KeepsTheProperties(ThrowMode mode, double throwRatio)
    {
        var masking = new AttentionDrivenMasking(new() { Mode = mode, ThrowRatio = throwRatio });
        foreach (var grid in new[] { new PatchGrid(3, 7), Fourteen, new PatchGrid(40, 40) })
        {
            PlanProperties.AssertHold(masking, grid, Guided, [.. Enumerable.Range(0, grid.Count).Select(patch => patch % 5 / 4f)]);
        }
    }

    [TestMethod]
    [DataRow(ThrowMode.Middle, "......\nx####x\nx####x\nxxxxxx")]
    [DataRow(ThrowMode.Low, "xxxxxx\n.####.\n.####.\n......")]
    public void Plan_OverwhelmingWeights_MasksTheObjectAndThrowsByMode(ThrowMode mode, string picture)
    {
        // Weights so far apart that the draw cannot change their order: the object, its surroundings, the top row.
        var grid = new PatchGrid(4, 6);
        float[] weights = [.. Enumerable.Range(0, 24).Select(patch => (patch / 6, patch % 6) switch
        {
            (0, _) => 1e-30f,
            (1 or 2, >= 1 and <= 4) => 1e30f,
            _ => 1f,
        })];
        var masking = new AttentionDrivenMasking(new() { MaskRatio = 8.5 / 24, ThrowRatio = (mode == ThrowMode.Middle ? 10.0 : 6.0) / 24, Mode = mode, FloorFactor = 0 });
        var (visible, masked) = PlanProperties.Plan(masking, grid, Guided, weights, sample: 0);
        Assert.AreEqual(picture, MaskPicture.Of(grid, visible, masked));
    }

    [TestMethod]
    [DataRow(0.60, 0.0, 30, 0, 19)]
    [DataRow(0.44, 0.26, 22, 13, 14)]
    [DataRow(0.33, 0.50, 17, 25, 7)]
    public void CountsAt_UnitsOfFourPatches_AreThoseOfSimMim(double ratio, double throwRatio, int masked, int thrown, int visible)
    {
        var masking = new AttentionDrivenMasking(new() { MaskRatio = ratio, ThrowRatio = throwRatio, UnitSide = 2, RandomRatio = 0.6 });
        Assert.AreEqual(new MaskCounts(4 * masked, 4 * thrown, 4 * visible), masking.CountsAt(Fourteen, Guided));
        Assert.AreEqual(new MaskCounts(120, 0, 76), masking.CountsAt(Fourteen, Random));
    }

    [TestMethod]
    [DataRow(ThrowMode.Middle, "xxxx..\nxxxx..\n####xx\n####xx")]
    [DataRow(ThrowMode.None, "......\n......\n####..\n####..")]
    public void Plan_Units_AreMaskedByTheSumOfTheirWeights(ThrowMode mode, string picture)
    {
        // One patch of each unit carries its weight; so far apart that the draw cannot change the order.
        var grid = new PatchGrid(4, 6);
        var weights = new float[24];
        (weights[0], weights[3], weights[4], weights[12], weights[21], weights[17]) = (1, 1, 1e-30f, 1e30f, 1e30f, 1);
        var masking = new AttentionDrivenMasking(new() { MaskRatio = 0.3, ThrowRatio = 0.5, Mode = mode, UnitSide = 2, FloorFactor = 0 });
        Assert.AreEqual(picture, PlanProperties.Picture(masking, grid, Guided, weights, sample: 0));
    }

    [TestMethod]
    public void Plan_RandomEpochWithUnits_IsThatOfRandomUnitMasking() => Assert.AreEqual(
        PlanProperties.Picture(new RandomUnitMasking(0.6, 2), Fourteen, Random, [], 3),
        PlanProperties.Picture(new AttentionDrivenMasking(new() { RandomRatio = 0.6, UnitSide = 2 }), Fourteen, Random, [], 3));

    [TestMethod]
    public void Plan_RandomThrowing_DrawsEvenlyWithoutAMap()
    {
        const int Samples = 4000;
        var masking = new AttentionDrivenMasking(new() { Mode = ThrowMode.Random });
        var grid = new PatchGrid(4, 5);
        Assert.IsFalse(masking.NeedsPatchWeights(Guided));
        Assert.AreEqual(new MaskCounts(9, 8, 3), masking.CountsAt(grid, Guided));
        PlanProperties.AssertEven(PlanProperties.MaskedShares(masking, grid, Guided, [], Samples), 9.0 / 20, Samples);
    }

    [TestMethod]
    public void CountsAt_ThrowModeNone_ThrowsNothingWhateverTheRatio() =>
        Assert.AreEqual(new MaskCounts(147, 0, 49), new AttentionDrivenMasking(new() { MaskRatio = 0.75, ThrowRatio = 0.4, Mode = ThrowMode.None }).CountsAt(Fourteen, Guided));

    [TestMethod]
    [DataRow(400)]
    [DataRow(500)]
    public void CountsAt_StartBeyondTheRun_IsRefused(int start)
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new AttentionDrivenMasking(new() { StartEpoch = start }).CountsAt(Fourteen, Random));
        Assert.Contains($"StartEpoch must be less than the run's 400 epochs, or nothing is ever guided (lower it, train longer, or mask at random), but is {start}.", exception.Message);
    }

    [TestMethod]
    public void CountsAt_DefaultStartInARunOfOneEpoch_MasksAtRandom() =>
        Assert.AreEqual(new MaskCounts(147, 0, 49), new AttentionDrivenMasking().CountsAt(Fourteen, new(0, 1)));

    [TestMethod]
    public void CountsAt_UnitsDoNotDivideTheGrid_SaysSo() =>
        Assert.Contains("UnitSide must divide both sides of the 14x14 grid", Assert.ThrowsExactly<InvalidOptionsException>(() => new AttentionDrivenMasking(new() { UnitSide = 4 }).CountsAt(Fourteen, Guided)).Message);

    [TestMethod]
    public void MapCrop_Option_IsPassedOn()
    {
        Assert.AreEqual(MapCrop.PixelSum, new AttentionDrivenMasking().MapCrop);
        Assert.AreEqual(MapCrop.AsReleased, new AttentionDrivenMasking(new() { MapCrop = MapCrop.AsReleased }).MapCrop);
    }

    [TestMethod]
    public void Plan_FirstPatch_IsDrawnInProportionToItsWeight()
    {
        const int Samples = 20_000;
        var grid = new PatchGrid(2, 2);
        var masking = new AttentionDrivenMasking(new() { MaskRatio = 0.25, ThrowRatio = 0, StartEpoch = 0 });
        var first = new int[4];
        for (long sample = 0; sample < Samples; sample++)
        {
            first[PlanProperties.Plan(masking, grid, Guided, [1, 2, 3, 4], sample).Masked[0]]++;
        }

        for (int patch = 0; patch < 4; patch++)
        {
            // Five standard deviations of a share of 20,000 draws.
            double share = (patch + 1) / 10.0;
            Assert.AreEqual(share, first[patch] / (double)Samples, 5 * Math.Sqrt(share * (1 - share) / Samples));
        }
    }

    [TestMethod]
    public void Plan_ObjectFiveTimesAsStrong_HasThePublishedProbabilities()
    {
        // 59 patches of weight 1 and 137 of weight 0.2. Published from 20,000 draws to three digits; 2,000 plans of 196 patches have standard errors below 0.002.
        const int Plans = 2000;
        const double Tolerance = 0.006;
        float[] weights = [.. Enumerable.Repeat(1f, 59), .. Enumerable.Repeat(0.2f, 137)];
        var masking = new AttentionDrivenMasking();
        double[] masked = new double[2];
        double[] visible = new double[2];
        for (long sample = 0; sample < Plans; sample++)
        {
            var plan = PlanProperties.Plan(masking, Fourteen, Guided, weights, sample);
            Array.ForEach(plan.Masked, patch => masked[patch < 59 ? 0 : 1]++);
            Array.ForEach(plan.Visible, patch => visible[patch < 59 ? 0 : 1]++);
        }

        Assert.AreEqual(0.819, masked[0] / (59 * Plans), Tolerance);
        Assert.AreEqual(0.290, masked[1] / (137 * Plans), Tolerance);
        Assert.AreEqual(0.0006, visible[0] / (59 * Plans), Tolerance / 10);
        Assert.AreEqual(0.219, visible[1] / (137 * Plans), Tolerance);
    }

    [TestMethod]
    public void Plan_ScaledWeights_GiveTheSamePlan()
    {
        float[] weights = [.. Enumerable.Range(0, 196).Select(patch => patch % 7 / 6f)];
        float[] scaled = Array.ConvertAll(weights, weight => 4 * weight);
        var expected = PlanProperties.Plan(new AttentionDrivenMasking(), Fourteen, Guided, weights, 5);
        var actual = PlanProperties.Plan(new AttentionDrivenMasking(), Fourteen, Guided, scaled, 5);
        CollectionAssert.AreEqual(expected.Masked, actual.Masked);
        CollectionAssert.AreEqual(expected.Visible, actual.Visible);
    }

    [TestMethod]
    public void Plan_EqualWeightsAndNothingThrown_MasksEveryPatchEquallyOften()
    {
        const int Samples = 4000;
        var grid = new PatchGrid(4, 4);
        var masking = new AttentionDrivenMasking(new() { MaskRatio = 0.75, ThrowRatio = 0 });
        var masked = new int[grid.Count];
        for (long sample = 0; sample < Samples; sample++)
        {
            Array.ForEach(PlanProperties.Plan(masking, grid, Guided, [.. Enumerable.Repeat(0.3f, 16)], sample).Masked, patch => masked[patch]++);
        }

        // 0.75 of 4000, as random masking does it; standard deviation sqrt(4000 * 0.75 * 0.25) = 27.4.
        Assert.IsTrue(Array.TrueForAll(masked, count => Math.Abs(count - 3000) < 5 * 27.4), string.Join(", ", masked));
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1e-6)]
    public void Plan_MapOfZeros_DrawsEvenly(double floorFactor)
    {
        const int Samples = 4000;
        var grid = new PatchGrid(2, 2);
        var masking = new AttentionDrivenMasking(new() { MaskRatio = 0.25, ThrowRatio = 0.25, FloorFactor = floorFactor });
        var masked = new int[4];
        for (long sample = 0; sample < Samples; sample++)
        {
            masked[PlanProperties.Plan(masking, grid, Guided, new float[4], sample).Masked[0]]++;
        }

        // Standard deviation sqrt(4000 * 0.25 * 0.75) = 27.4.
        Assert.IsTrue(Array.TrueForAll(masked, count => Math.Abs(count - 1000) < 5 * 27.4), string.Join(", ", masked));
    }

    [TestMethod]
    public void Plan_WeightsOfZeroWithoutFloor_AlwaysEndLast()
    {
        var grid = new PatchGrid(1, 10);
        var masking = new AttentionDrivenMasking(new() { MaskRatio = 0.35, ThrowRatio = 0.3, FloorFactor = 0 });
        for (long sample = 0; sample < 200; sample++)
        {
            var (visible, _) = PlanProperties.Plan(masking, grid, Guided, [0, 0, 0, 0, 1e-20f, 1, 1, 1, 1, 1], sample);
            CollectionAssert.AreEquivalent(new[] { 0, 1, 2, 3 }, visible);
        }
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(-1f)]
    [DataRow(float.PositiveInfinity)]
    public void Plan_WeightNotFiniteOrNegative_NamesThePatch(float weight)
    {
        float[] weights = new float[196];
        weights[7] = weight;
        var exception = Assert.ThrowsExactly<ArgumentException>(() => PlanProperties.Plan(new AttentionDrivenMasking(), Fourteen, Guided, weights, 0));
        Assert.Contains("patch 7", exception.Message);
    }

    [TestMethod]
    public void Plan_GuidedWithoutWeights_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => PlanProperties.Plan(new AttentionDrivenMasking(), Fourteen, Guided, [], 0));

    [TestMethod]
    public void Constructor_MaskAndThrowFillTheImage_NamesBothAndTheSum()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new AttentionDrivenMasking(new() { MaskRatio = 0.75, ThrowRatio = 0.25 }));
        Assert.Contains("MaskRatio 0.75 + ThrowRatio 0.25 must be less than 1 (the rest stays visible; lower one of them), but is 1.", exception.Message);
    }

    [TestMethod]
    public void Constructor_SeveralBadOptions_NamesAll()
    {
        var options = new AttentionDrivenMaskingOptions { MaskRatio = double.NaN, FloorFactor = -1, RandomRatio = 1, StartEpoch = -1, RefreshInterval = 0, Mode = (ThrowMode)7, UnitSide = 0, MapCrop = MapCrop.Nearest };
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new AttentionDrivenMasking(options));
        foreach (string name in new[] { "MaskRatio", "FloorFactor", "RandomRatio", "StartEpoch", "RefreshInterval", "Mode", "UnitSide", "MapCrop" })
        {
            Assert.Contains(name, exception.Message);
        }
    }

    [TestMethod]
    public void CountsAt_GridTooSmallToMask_SaysWhatToDo()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new AttentionDrivenMasking().CountsAt(new PatchGrid(1, 2), Guided));
        Assert.Contains("Masked patches at MaskRatio 0.45 with ThrowRatio 0.4 must be at least 1 of the 2 on the 1x2 grid", exception.Message);
    }
}
