using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Masking;

[TestClass]
public sealed class AutoMaeMaskingTests
{
    private static readonly PatchGrid Grid = new(14, 14);
    private static readonly TrainingProgress First = new(0, 10);

    [TestMethod]
    public void Plan_AnySample_IsTheOneOfRandomMasking()
    {
        var (learned, random) = (new AutoMaeMasking(Provider(), new AutoMaeOptions { Shuffle = new GuidedShuffleOptions { MaskRatio = 0.6 } }), new RandomMasking(0.6));
        Assert.AreEqual(random.CountsAt(Grid, First), learned.CountsAt(Grid, First));
        Assert.IsFalse(learned.NeedsPatchWeights(First));
        CollectionAssert.AreEqual(PlanOf(random), PlanOf(learned));
        PlanProperties.AssertHold(learned, Grid, First, []);
    }

    [TestMethod]
    public void CountsAt_NoTopPatchLeft_SaysWhatToDo()
    {
        var masking = new AutoMaeMasking(Provider(), new AutoMaeOptions { Shuffle = new GuidedShuffleOptions { TopShare = 0.001 } });
        Assert.Contains("Top patches at TopShare 0.001 must be at least 1", Assert.ThrowsExactly<InvalidOptionsException>(() => masking.CountsAt(Grid, First)).Message);
    }

    [TestMethod]
    public void ToString_OtherOptionsOrProvider_Differs()
    {
        var provider = Provider();
        string text = new AutoMaeMasking(provider).ToString();
        Assert.AreEqual(text, new AutoMaeMasking(Provider()).ToString(), "the same weights again");
        StringAssert.Contains(text, "provider vit 8x1 heads 2");
        var other = Provider();
        other.Weights["a"].Bytes[3] ^= 1;
        var renamed = new EncoderWeights(provider.Architecture, new StateDictionary { ["a"] = provider.Weights["b"], ["b"] = provider.Weights["a"] });
        var pixels = Provider();
        pixels.Architecture.PixelMean = [0.5f, 0.5f, 0.5f];
        string[] texts =
        [
            text,
            new AutoMaeMasking(other).ToString(),
            new AutoMaeMasking(renamed).ToString(),
            new AutoMaeMasking(pixels).ToString(),
            .. Changes().Select(options => new AutoMaeMasking(provider, options).ToString()),
        ];
        Assert.AreEqual(texts.Length, texts.Distinct().Count(), string.Join('\n', texts));
    }

    [TestMethod]
    public void Constructor_OptionsChangedLater_KeepsItsOwn()
    {
        var options = new AutoMaeOptions();
        var masking = new AutoMaeMasking(Provider(), options);
        options.Shuffle.MaskRatio = 0.5;
        masking.Options.Generator.Hidden = 9;
        Assert.AreEqual((0.75, 6), (masking.Options.Shuffle.MaskRatio, masking.Options.Generator.Hidden));
        Assert.AreEqual(147, masking.CountsAt(Grid, First).Masked);
    }

    [TestMethod]
    public void Constructor_BadOptions_NamesThemAll()
    {
        var options = new AutoMaeOptions { AdversarialWeight = -1, DiscriminatorLearningRatePer256 = 0, DiscriminatorInput = (DiscriminatorInput)7 };
        (options.Shuffle.MaskRatio, options.Generator.Hidden, options.Discriminator.MapScale, options.Rectangles.Bonus) = (0, 0, 0, -1);
        var errors = Assert.ThrowsExactly<InvalidOptionsException>(() => new AutoMaeMasking(Provider(), options)).Errors;
        CollectionAssert.AreEqual(
            new[] { "MaskRatio", "Hidden", "MapScale", "Bonus", "DiscriminatorInput", "AdversarialWeight", "DiscriminatorLearningRatePer256" },
            errors.Select(error => error.Split(' ')[0]).ToArray());
    }

    [TestMethod]
    public void Released_Options_AreThePublishedOnes()
    {
        var released = AutoMaeOptions.Released();
        Assert.AreEqual(
            "ratio 0.75 top -1 bonus 0.5 generator 6 scale 1 temperature 1 discriminator scale 1 rectangles bonus 0.5 area 0.20408163265306123 to 0.8163265306122449 side 0.2857142857142857 isotropic False input Sample weight 0.2 rate -1",
            released.ToString());
    }

    private static IEnumerable<AutoMaeOptions> Changes()
    {
        yield return new AutoMaeOptions { AdversarialWeight = 0.1 };
        yield return new AutoMaeOptions { DiscriminatorLearningRatePer256 = 1e-4 };
        yield return new AutoMaeOptions { DiscriminatorInput = DiscriminatorInput.Jittered };
        yield return new AutoMaeOptions { Shuffle = new GuidedShuffleOptions { TopBonus = 0.1 } };
        yield return new AutoMaeOptions { Generator = new MaskGeneratorOptions { Temperature = 2 } };
        yield return new AutoMaeOptions { Discriminator = new MaskDiscriminatorOptions { MapScale = 2 } };
        yield return new AutoMaeOptions { Rectangles = new RandomRectangleOptions { Bonus = 1 } };
    }

    private static EncoderWeights Provider() => new(
        new VisionTransformerOptions { Width = 8, Depth = 1, Heads = 2 },
        new StateDictionary { ["a"] = TensorData.FromSingles([1, 2], 2), ["b"] = TensorData.FromSingles([3, 4], 2) });

    private static int[] PlanOf(IMaskingStrategy strategy)
    {
        var counts = strategy.CountsAt(Grid, First);
        var (visible, masked) = (new int[counts.Visible], new int[counts.Masked]);
        strategy.Plan(new SampleContext(Grid, First, new RandomStream(1, RandomPurpose.Mask, 0, 5)), visible, masked);
        return [.. visible, .. masked];
    }
}
