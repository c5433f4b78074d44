using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Tests.Objectives;

[TestClass]
public sealed class HogOptionsTests
{
    [TestMethod]
    [DataRow(16, 8, 9, 3, 108)]
    [DataRow(16, 8, 9, 1, 36)]
    [DataRow(8, 8, 9, 3, 27)]
    [DataRow(16, 4, 18, 3, 864)]
    public void FeaturesOf_Patch_CountsChannelsBinsAndCells(int patch, int cell, int bins, int channels, int expected) =>
        Assert.AreEqual(expected, new HogOptions { CellSize = cell, Bins = bins }.FeaturesOf(new VisionTransformerOptions { PatchSize = patch, Channels = channels }));

    [TestMethod]
    public void Validate_DefaultsAndWindow_AreAllowed()
    {
        Check(new HogOptions(), new VisionTransformerOptions());
        Check(new HogOptions { GaussianWindow = 16 }, new VisionTransformerOptions());
    }

    [TestMethod]
    public void Validate_EverythingWrong_NamesAllOfIt()
    {
        var options = new HogOptions { Bins = 1, CellSize = 5, GaussianWindow = 15 };
        var exception = Assert.ThrowsExactly<InvalidOptionsException>(() => Check(options, new VisionTransformerOptions()));
        Assert.HasCount(3, exception.Errors);
        StringAssert.Contains(exception.Message, "Hog.Bins must be 2 to 180, but is 1.");
        StringAssert.Contains(exception.Message, "Hog.CellSize must be at least 2 pixels and divide PatchSize 16, but is 5.");
        StringAssert.Contains(exception.Message, "Hog.GaussianWindow must be null, or at least 2 pixels and divide ImageHeight 224 and ImageWidth 224, but is 15.");
    }

    private static void Check(HogOptions options, VisionTransformerOptions images)
    {
        var errors = new OptionErrors();
        options.Validate(errors, images);
        errors.ThrowIfAny(nameof(HogOptions));
    }
}
