using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class ObjectPriorMaskingTests
{
    private static readonly PatchGrid Fourteen = new(14, 14);
    private static readonly TrainingProgress Start = new(0, 10);

    [TestMethod]
    [DataRow(0.1, 0.826, 0.725)]
    [DataRow(0.2, 0.903, 0.699)]
    [DataRow(0.3, 0.974, 0.675)]
    [DataRow(0.35, 0.994, 0.669)]
    [DataRow(0.5, 1.0, 0.6667)]
    public void Plan_QuarterOfThePatches_HasThePublishedProbabilities(double strength, double inside, double outside)
    {
        // Published to three digits; 500 plans of 49 and 147 patches have standard errors below 0.0025.
        const int Plans = 500;
        const double Tolerance = 0.008;
        float[] prior = [.. Enumerable.Range(0, 196).Select(patch => patch % 4 == 0 ? 1f : 0f)];
        double[] shares = PlanProperties.MaskedShares(new ObjectPriorMasking(strength), Fourteen, Start, prior, Plans);
        Assert.AreEqual(inside, shares.Where((_, patch) => patch % 4 == 0).Average(), Tolerance);
        Assert.AreEqual(outside, shares.Where((_, patch) => patch % 4 != 0).Average(), Tolerance);
    }

    [TestMethod]
    public void Plan_SaturatedPrior_LooksLikeThis()
    {
        // Visible patches are a third of those outside: any strength above 1/3 masks the whole object.
        var grid = new PatchGrid(6, 8);
        float[] prior = [.. Enumerable.Range(0, 48).Select(patch => patch / 8 is >= 2 and < 5 && patch % 8 is >= 2 and < 6 ? 1f : 0f)];
        Assert.AreEqual("#.#.###.\n.##.##.#\n########\n.#####.#\n#.####..\n.#######", PlanProperties.Picture(new ObjectPriorMasking(0.6), grid, Start, prior, sample: 0));
    }

    [TestMethod]
    [DataRow(0.0, 1f)]
    [DataRow(0.5, 0f)]
    public void Plan_NoStrengthOrNoPrior_MasksEveryPatchEquallyOften(double strength, float value)
    {
        const int Samples = 4000;
        float[] prior = [.. Enumerable.Range(0, 16).Select(patch => patch < 4 ? value : 0)];
        PlanProperties.AssertEven(PlanProperties.MaskedShares(new ObjectPriorMasking(strength), new PatchGrid(4, 4), Start, prior, Samples), 0.75, Samples);
    }

    [TestMethod]
    public void MapCrop_Prior_KeepsItsScale() => Assert.AreEqual(MapCrop.AreaMean, new ObjectPriorMasking().MapCrop);

    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void Constructor_BadStrength_NamesIt(double strength) =>
        Assert.Contains(FormattableString.Invariant($"Strength must be at least 0 and finite, but is {strength}."), Assert.ThrowsExactly<InvalidOptionsException>(() => new ObjectPriorMasking(strength)).Message);
}
