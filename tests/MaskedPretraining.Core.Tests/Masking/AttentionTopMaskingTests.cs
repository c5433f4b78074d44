using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class AttentionTopMaskingTests
{
    private static readonly PatchGrid Fourteen = new(14, 14);
    private static readonly PatchGrid Grid = new(5, 8);
    private static readonly TrainingProgress Early = new(0, 400);
    private static readonly TrainingProgress Guided = new(41, 400);

    // Falls with the distance from the patch in row 2, column 3; no two values are equal.
    private static readonly float[] Object = [.. Enumerable.Range(0, 40).Select(patch => 100 - (float)Math.Pow(patch / 8 - 2, 2) - (float)Math.Pow(patch % 8 - 3, 2) - patch / 100f)];

    [TestMethod]
    [DataRow(AttentionTopMode.High, 58)]
    [DataRow(AttentionTopMode.Low, 58)]
    [DataRow(AttentionTopMode.Hint, 53)]
    public void CountsAt_PublishedRatios_AreThePublishedOnes(AttentionTopMode mode, int masked)
    {
        var masking = new AttentionTopMasking(new() { Mode = mode });
        Assert.AreEqual(new MaskCounts(masked, 0, 196 - masked), masking.CountsAt(Fourteen, Guided));
        Assert.AreEqual(masking.CountsAt(Fourteen, Guided), masking.CountsAt(Fourteen, Early));
    }

    [TestMethod]
    [DataRow(AttentionTopMode.High, "..###...\n.#####..\n.#####..\n.#####..\n..##....")]
    [DataRow(AttentionTopMode.Low, "##...###\n#.....##\n#.....##\n#.....##\n##..####")]
    [DataRow(AttentionTopMode.Hint, "..###...\n.##.##..\n...##...\n.#.#.#..\n..##....")]
    public void Plan_EachMode_LooksLikeThis(AttentionTopMode mode, string picture) =>
        Assert.AreEqual(picture, PlanProperties.Picture(new AttentionTopMasking(new() { Mode = mode, MaskRatio = 0.5, ShowMax = 0.3 }), Grid, Guided, Object, sample: 0));

    [TestMethod]
    public void Plan_Hint_ShowsFiveOfTheNineteenMostAttendedEvenly()
    {
        const int Samples = 2000;
        float[] falling = [.. Enumerable.Range(0, 196).Select(patch => 196f - patch)];
        double[] shares = PlanProperties.MaskedShares(new AttentionTopMasking(new() { Mode = AttentionTopMode.Hint }), Fourteen, Guided, falling, Samples);
        PlanProperties.AssertEven(shares[..19], 14.0 / 19, Samples);
        Assert.IsTrue(Array.TrueForAll(shares[19..58], share => share > 1 - 1e-9));
        Assert.IsTrue(Array.TrueForAll(shares[58..], share => share == 0));
    }

    [TestMethod]
    [DataRow(AttentionTopMode.High)]
    [DataRow(AttentionTopMode.Low)]
    public void Plan_EqualAttention_IsDrawnEvenly(AttentionTopMode mode)
    {
        const int Samples = 4000;
        PlanProperties.AssertEven(PlanProperties.MaskedShares(new AttentionTopMasking(new() { Mode = mode, MaskRatio = 0.25 }), new PatchGrid(4, 4), Guided, new float[16], Samples), 0.25, Samples);
    }

    [TestMethod]
    public void Plan_BeforeTheStart_MasksAsManyAtRandom()
    {
        const int Samples = 4000;
        var masking = new AttentionTopMasking(new() { Mode = AttentionTopMode.Hint, MaskRatio = 0.5, ShowMax = 0.3 });
        Assert.IsFalse(masking.NeedsPatchWeights(Early));
        Assert.IsTrue(masking.NeedsPatchWeights(Guided));
        // 8 masked of 16, of which int(0.3 * 0.5 * 16) = 2 are shown.
        PlanProperties.AssertEven(PlanProperties.MaskedShares(masking, new PatchGrid(4, 4), Early, [], Samples), 6.0 / 16, Samples);
    }

    [TestMethod]
    public void Plan_ProbabilityBelowOne_LeavesTheOtherImagesWhole()
    {
        const int Samples = 4000;
        var masking = new AttentionTopMasking(new() { Probability = 0.3 });
        Assert.IsTrue(masking.VariesBetweenImages);
        var counts = Enumerable.Range(0, Samples).Select(sample => PlanProperties.Plan(masking, Grid, Guided, Object, sample).Masked.Length).ToArray();
        Assert.IsTrue(Array.TrueForAll(counts, count => count is 0 or 12));
        PlanProperties.AssertEven([counts.Count(count => count > 0) / (double)Samples], 0.3, Samples);
        Assert.IsFalse(new AttentionTopMasking().VariesBetweenImages);
    }

    [TestMethod]
    public void CountsAt_StartBeyondTheRun_IsRefused()
    {
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new AttentionTopMasking(new() { StartEpoch = 10 }).CountsAt(Grid, new(0, 10)));
        Assert.Contains("StartEpoch must be less than the run's 10 epochs, or nothing is ever guided (lower it, train longer, or mask at random), but is 10.", exception.Message);
    }

    [TestMethod]
    public void Constructor_SeveralBadOptions_NamesAll()
    {
        var options = new AttentionTopMaskingOptions { Mode = AttentionTopMode.Hint, MaskRatio = 0.2, ShowMax = 0.3, Probability = 0, StartEpoch = -1, RefreshInterval = 0 };
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => new AttentionTopMasking(options));
        foreach (string name in new[] { "ShowMax must lie from 0 to MaskRatio 0.2", "Probability", "StartEpoch", "RefreshInterval" })
        {
            Assert.Contains(name, exception.Message);
        }

        Assert.Contains("Mode must be High, Hint or Low", Assert.ThrowsExactly<InvalidOptionsException>(() => new AttentionTopMasking(new() { Mode = (AttentionTopMode)9 })).Message);
    }
}
