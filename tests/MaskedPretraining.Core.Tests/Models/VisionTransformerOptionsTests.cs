using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Models;

[TestClass]
public sealed class VisionTransformerOptionsTests
{
    [TestMethod]
    public void Validate_Presets_AreValid()
    {
        VisionTransformerOptions[] presets = [VisionTransformerOptions.Tiny(96, 8), VisionTransformerOptions.Small(), VisionTransformerOptions.Base(), VisionTransformerOptions.Large(), VisionTransformerOptions.Huge()];
        foreach (var preset in presets)
        {
            var errors = new OptionErrors();
            preset.Validate(errors);
            errors.ThrowIfAny(nameof(VisionTransformerOptions));
        }
    }

    [TestMethod]
    public void Validate_PatchNotDividingTheImageAndHeadsNotDividingTheWidth_NamesAllOfIt()
    {
        var errors = new OptionErrors();
        new VisionTransformerOptions { ImageHeight = 96, ImageWidth = 100, PatchSize = 12, Width = 200, Heads = 3 }.Validate(errors);
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("Architecture"));
        Assert.HasCount(2, exception.Errors);
        Assert.Contains("ImageWidth must be a positive multiple of PatchSize 12, but is 100.", exception.Message);
        Assert.Contains("Width must be a positive multiple of Heads 3, but is 200.", exception.Message);
    }

    [TestMethod]
    public void Validate_ImageSmallerThanAPatch_IsNamed()
    {
        var errors = new OptionErrors();
        new VisionTransformerOptions { ImageHeight = 4, ImageWidth = 8, PatchSize = 8 }.Validate(errors);
        Assert.Contains("ImageHeight", Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("Architecture")).Message);
    }

    [TestMethod]
    public void Validate_PixelStatisticsOfTheWrongLengthOrSign_AreNamed()
    {
        var errors = new OptionErrors();
        new VisionTransformerOptions { PixelMean = [0.5f, 0.5f], PixelStandardDeviation = [0f] }.Validate(errors);
        Assert.HasCount(2, Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("Architecture")).Errors);
    }

    [TestMethod]
    public void Clone_ChangingTheCopysMean_LeavesTheOriginalAlone()
    {
        var options = new VisionTransformerOptions();
        options.Clone().PixelMean[0] = 9;
        Assert.AreEqual(0.485f, options.PixelMean[0]);
    }

    [TestMethod]
    public void Validate_Decoder_ChecksWidthAndHeads()
    {
        var errors = new OptionErrors();
        new MaeDecoderOptions { Width = 130, Heads = 4, Depth = 0 }.Validate(errors);
        Assert.HasCount(2, Assert.ThrowsExactly<InvalidOptionsException>(() => errors.ThrowIfAny("Decoder")).Errors);
    }
}
