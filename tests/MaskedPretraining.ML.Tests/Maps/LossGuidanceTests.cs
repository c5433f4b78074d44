using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MaskedPretraining.ML.Tests.Maps;

[TestClass]
public sealed class LossGuidanceTests
{
    [TestMethod]
    public void Fit_FlatMaps_IsThePlainRunBitForBit()
    {
        float[][] plain = Features(null);

        Assert.AreEqual(0, Columns.LargestDifference(plain, Features(LossGuidance.AttentionGuided("Map"))));
    }

    [TestMethod]
    public void Fit_BoxesOfObjects_ChangesTheEncoder()
    {
        float[][] plain = Features(null);
        float[][] guided = Features(LossGuidance.AttentionGuided("Box"));

        Assert.IsGreaterThan(0, Columns.LargestDifference(plain, guided));
        Assert.AreEqual(0, Columns.LargestDifference(guided, Features(LossGuidance.AttentionGuided("Box"))), "the same twice");
    }

    [TestMethod]
    public void Fit_MaskingAndLossGuidedByOneColumn_Trains() =>
        Assert.IsTrue(Features(LossGuidance.AttentionGuided("Box"), Masking.ObjectPrior("Box")).All(row => row.All(float.IsFinite)));

    [TestMethod]
    public void Reconstruct_PartsOfAColumn_ShowsAnEvenMask()
    {
        var ml = new MLContext(seed: 1);
        var options = Tiny.Mae(epochs: 1);
        options.Masking = Masking.Parts("Small");
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(ml.Data.LoadFromEnumerable([MapRow.Of(1), MapRow.Of(2)]));

        Assert.HasCount(12, encoder.Reconstruct(ml.MaskedPretraining.Images(new ColorImages(2)), 1)[0].Masked);
    }

    [TestMethod]
    public void AttentionGuided_Defaults_AreTheDocumentedOnes() => Assert.AreEqual(
        "attention-guided by column 'Map', temperature HalfCosine 1 to 0.5, gamma 1, scale Fixed, normalization MinMax",
        LossGuidance.AttentionGuided("Map").ToString());

    [TestMethod]
    public void AttentionGuided_ImpossibleValues_AreNamed()
    {
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => LossGuidance.AttentionGuided("Map", gamma: 0, scale: (LossScale)9));
        Assert.HasCount(2, error.Errors);
        Assert.ThrowsExactly<ArgumentException>(() => LossGuidance.AttentionGuided(" "));
    }

    private static float[][] Features(LossGuidance? guidance, Masking? masking = null)
    {
        var ml = new MLContext(seed: 1);
        var images = new ColorImages(6);
        var data = ml.Data.LoadFromEnumerable([.. Enumerable.Range(0, 6).Select(number =>
        {
            // Noise has something to reconstruct everywhere.
            var image = images.Load(number);
            var row = MapRow.Of(3);
            row.Image = MLImage.CreateFromPixels(
                image.Width, image.Height, MLPixelFormat.Bgra32, [.. image.Pixels.Chunk(3).SelectMany(pixel => new[] { pixel[2], pixel[1], pixel[0], byte.MaxValue })]);
            row.Box = [2, 3, 9, 12];
            return row;
        })]);
        var options = Tiny.Mae();
        (options.Guidance, options.Masking) = (guidance, masking ?? options.Masking);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(data);
        // Reading has disposed of the rows' images.
        return Columns.Vectors(encoder.Transform(ml.MaskedPretraining.Images(images)), "Features");
    }
}
