using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Batches;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Validation;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Runs with maps from outside.</summary>
[TestClass]
public sealed class PretrainerMapsTests
{
    private const int Images = 12;
    private const float Value = 7;

    [TestMethod]
    public void Run_MapsGivenForMasking_AreUsedAsTheyAreAndNeverMadeAnew()
    {
        foreach (var masking in new[] { new RecordingMasking(), new RecordingGuidedMasking() })
        {
            Trainer(OptionsOf(masking), new SampleMaps(Masking: Flat(Images))).Run();

            // Sums over the 16 pixels of a patch; the encoder's own maps lie in 0..1.
            Assert.AreEqual(Value * 16, masking.Weights.Min(), 1e-3f);
            Assert.AreEqual(Value * 16, masking.Weights.Max(), 1e-3f);
        }
    }

    [TestMethod]
    public void Run_NoMapsGiven_TakesTheEncodersOwn()
    {
        var masking = new RecordingGuidedMasking();

        Trainer(OptionsOf(masking), null).Run();

        Assert.IsTrue(masking.Weights.All(weight => weight is >= 0 and <= 16.001f));
        Assert.IsTrue(masking.Weights.Distinct().Count() > 1);
    }

    [TestMethod]
    public void Constructor_StrategyWithoutMapsOfItsOwn_IsRefused()
    {
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => Trainer(OptionsOf(new RecordingMasking()), null));

        Assert.Contains("Masking must be a strategy without maps", error.Message);
        Assert.Contains("give one map an image", error.Message);
    }

    [TestMethod]
    public void Constructor_GuidanceWithoutMaps_IsRefused()
    {
        var options = TinyRun.Options(2);
        options.Guidance = new AttentionLossOptions { Gamma = -1 };

        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => Trainer(options, new SampleMaps(Masking: Flat(Images))));

        Assert.Contains("Guidance must be null where no maps are given for it", error.Message);
        Assert.Contains("Gamma must be greater than 0 and finite, but is -1", error.Message);
    }

    [TestMethod]
    public void Constructor_MapsOfOtherImages_AreRefused()
    {
        var options = TinyRun.Options(2);
        options.Guidance = new AttentionLossOptions();

        Assert.Contains("There are 11 attention maps for 12 images", Assert.ThrowsExactly<ArgumentException>(() => Trainer(options, new SampleMaps(Guidance: Flat(11)))).Message);
        Assert.Contains("There are 13 attention maps for 12 images", Assert.ThrowsExactly<ArgumentException>(() => Trainer(options, new SampleMaps(Flat(13), Flat(Images)))).Message);
    }

    [TestMethod]
    public void Constructor_MoreOwnMapsThanAnArrayHolds_IsRefusedBeforeTheFirstStep()
    {
        var options = TinyRun.GuidedOptions(4);

        string message = Assert.ThrowsExactly<ArgumentException>(() => new Pretrainer(new EndlessImages(), options)).Message;

        // Two bytes a cell of a 4x4 grid.
        Assert.Contains("Attention maps of 100000000 images with 4x4 cells take 3200000000 bytes", message);
        options.Masking = new RandomMasking();
        _ = new Pretrainer(new EndlessImages(), options);
    }

    private static PretrainerOptions OptionsOf(IMaskingStrategy masking)
    {
        var options = TinyRun.Options(2);
        options.Masking = masking;
        return options;
    }

    private static Pretrainer Trainer(PretrainerOptions options, SampleMaps? maps) => new(new SyntheticImages(Images, TinyRun.ImageSize), options, maps: maps);

    private static AttentionMapTable Flat(int images)
    {
        var maps = new AttentionMapTable(images, new PatchGrid(3, 5));
        for (int image = 0; image < images; image++)
        {
            maps.Set(image, Enumerable.Repeat(Value, 15).ToArray());
        }

        return maps;
    }

    private sealed class EndlessImages : IImageSource
    {
        public int Count => 100_000_000;

        public string NameOf(int index) => $"image {index}";

        public RgbImage Load(int index) => throw new NotSupportedException();
    }
}
