using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Validation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MaskedPretraining.ML.Tests;

[TestClass]
public sealed class LearnedMaskingTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Fit_ProviderOfAnEarlierRun_TrainsAndTellsHowTheGameStands()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogLines(ml);
        using var provider = Fit(ml, Tiny.Mae(epochs: 1));
        using var encoder = Fit(ml, Learned(AttentionProvider.FromEncoder(provider)));
        Assert.HasCount(2, encoder.Metrics);
        foreach (var epoch in encoder.Metrics)
        {
            Assert.IsTrue(epoch.LearnedMasking!.GeneratorEntropy is > 0 and <= 1, "entropy as a share of the largest");
            Assert.IsNotNull(epoch.LearnedMasking.DiscriminatorLoss);
        }

        StringAssert.Contains(log.Of(ChannelMessageKind.Info).Last(line => line.StartsWith("Epoch", StringComparison.Ordinal)), "entropy", StringComparison.Ordinal);
        Assert.IsNull(provider.MaskGenerator);
        Assert.AreSame(provider.Weights, encoder.MaskGenerator!.Provider);
    }

    [TestMethod]
    public void Fit_ProviderFromAFileOfAnotherImageSize_IsBroughtToTheTrainedOne()
    {
        var ml = new MLContext(seed: 1);
        var options = Tiny.Mae(epochs: 0);
        options.Architecture = Tiny.Encoder(side: 24);
        using var other = ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(ml.MaskedPretraining.Images(new ColorImages(6, size: 24)));
        string path = NewPath("safetensors");
        Core.Checkpoints.SafetensorsFile.Write(path, other.Weights.Weights);
        using var encoder = Fit(ml, Learned(AttentionProvider.FromFile(path, new() { Heads = 2, Family = Core.Checkpoints.Encoders.EncoderFamily.Timm, PixelMean = [0.5f], PixelStandardDeviation = [0.25f] })));
        Assert.AreEqual(new PatchGrid(4, 4), encoder.MaskGenerator!.Provider.Architecture.Grid);
    }

    [TestMethod]
    public void Fit_FirstPhase_EqualsAProviderTrainedBeforehand()
    {
        var ml = new MLContext(seed: 1);
        using var atOnce = Fit(ml, Learned(AttentionProvider.FirstPhase(1)));
        var first = Tiny.Mae(epochs: 1);
        first.Seed++;
        using var provider = Fit(ml, first);
        using var inSteps = Fit(ml, Learned(AttentionProvider.FromEncoder(provider)));
        CollectionAssert.AreEqual(inSteps.Weights.Weights["cls_token"].Bytes, atOnce.Weights.Weights["cls_token"].Bytes);
        Assert.HasCount(2, atOnce.Metrics, "those of the learned masks");
    }

    [TestMethod]
    public void Fit_FirstPhaseCancelledAndContinued_EqualsTheUnbrokenRun()
    {
        var ml = new MLContext(seed: 1);
        using var whole = Fit(ml, Learned(AttentionProvider.FirstPhase(2)));
        using var stop = new CancellationTokenSource();
        var options = Learned(AttentionProvider.FirstPhase(2));
        options.RunFolder = NewPath("run");
        options.CancellationToken = stop.Token;
        options.MetricsCallback = _ => stop.Cancel();
        using var provider = Fit(ml, options);
        Assert.IsTrue(provider.WasCancelled);
        Assert.IsNull(provider.MaskGenerator, "the first phase was cut short: what there is is plain MAE");
        (options.CancellationToken, options.MetricsCallback) = (default, null);
        using var continued = Fit(ml, options);
        Assert.IsFalse(continued.WasCancelled);
        CollectionAssert.AreEqual(whole.Weights.Weights["cls_token"].Bytes, continued.Weights.Weights["cls_token"].Bytes);
    }

    [TestMethod]
    public void ExportMaskGenerator_AfterLearnedMasks_GivesTheMapsOfTheMapSource()
    {
        var ml = new MLContext(seed: 1);
        using var encoder = Fit(ml, Learned(AttentionProvider.FirstPhase(1)));
        string path = NewPath("onnx");
        encoder.ExportMaskGenerator(path);
        var data = ml.MaskedPretraining.Images(new ColorImages(3));
        using var maps = ml.MaskedPretraining.AttentionMap("Map", "Image", AttentionMapOptions.FromMaskGenerator(encoder.MaskGenerator!)).Fit(data);
        float[][] rows = Columns.Vectors(maps.Transform(data), "Map");
        Assert.IsTrue(rows.All(row => row.Min() == 0 && row.Max() == 1), "scaled to 0..1");
        using var scorer = new Onnx.Scoring.OnnxScorer(path);
        float[] pixels = [.. Enumerable.Range(0, 3).SelectMany(index => Planes(new ColorImages(3).Load(index)))];
        float[] logits = scorer.Score(pixels, 3, "logits");
        for (int row = 0; row < rows.Length; row++)
        {
            float[] own = logits[(row * 16)..((row + 1) * 16)];
            Assert.AreEqual(1, own.Sum(value => Math.Exp(value)), 1e-5, "probabilities in single precision");
            CollectionAssert.AreEqual(Order(own), Order(rows[row]), "the map falls with the probabilities");
        }

        static int[] Order(float[] values) => [.. Enumerable.Range(0, values.Length).OrderByDescending(index => values[index])];
    }

    [TestMethod]
    public void ExportMaskGenerator_RandomMasks_SaysWhatToDo()
    {
        using var encoder = Fit(new MLContext(seed: 1), Tiny.Mae(epochs: 0));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => encoder.ExportMaskGenerator("unused.onnx"));
        StringAssert.Contains(error.Message, "Masking.Learned", StringComparison.Ordinal);
    }

    [TestMethod]
    public void GuidedMae_ProviderOfAnotherGrid_NamesBoth()
    {
        var ml = new MLContext(seed: 1);
        var other = Tiny.Mae(epochs: 0);
        other.Architecture = Tiny.Encoder(side: 24);
        using var provider = ml.MaskedPretraining.GuidedMae("Features", "Image", other).Fit(ml.MaskedPretraining.Images(new ColorImages(6, size: 24)));
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => ml.MaskedPretraining.GuidedMae("Features", "Image", Learned(AttentionProvider.FromEncoder(provider))));
        StringAssert.Contains(error.Message, "24x24", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, "16x16", StringComparison.Ordinal);
    }

    [TestMethod]
    public void GuidedMae_FirstPhaseWithALinearDecoder_IsRefusedBeforeItRuns()
    {
        var options = Learned(AttentionProvider.FirstPhase(5));
        options.Decoder = new LinearDecoderOptions();
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => new MLContext().MaskedPretraining.GuidedMae("Features", "Image", options));
        StringAssert.Contains(error.Message, "MaeDecoderOptions", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Learned_ImpossibleOptions_NamesAll()
    {
        var options = new AutoMaeOptions { AdversarialWeight = -1, Shuffle = new GuidedShuffleOptions { MaskRatio = 1.5, TopShare = 0 } };
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => Masking.Learned(AttentionProvider.FirstPhase(1), options));
        Assert.HasCount(3, error.Errors);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AttentionProvider.FirstPhase(0));
    }

    [TestMethod]
    public void GuidedMae_NoTopPatchOnThisGrid_IsRefused()
    {
        var options = Learned(AttentionProvider.FirstPhase(1), new AutoMaeOptions { Shuffle = new GuidedShuffleOptions { TopShare = 0.01 } });
        var error = Assert.ThrowsExactly<InvalidOptionsException>(() => new MLContext().MaskedPretraining.GuidedMae("Features", "Image", options));
        StringAssert.Contains(error.Message, "TopShare", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Fit_MasksOfObjects_TellsHowMuchOfTheMasksLiesOnThem()
    {
        var ml = new MLContext(seed: 1);
        var images = new ColorImages(8);
        var rows = Enumerable.Range(0, 8).Select(index => new MaskedRow { Pixels = Planes(images.Load(index)), Mask = [.. Enumerable.Range(0, 64).Select(cell => (byte)(cell % 8 < 4 ? 1 : 0))] });
        var options = Tiny.Mae(epochs: 3);
        options.ObjectColumnName = "Mask";
        // Whole images: the left half is the object of each crop too, unless it is flipped.
        (options.Crop.MinScale, options.Crop.MaxScale) = (1, 1);
        using var encoder = ml.MaskedPretraining.GuidedMae("Features", "Pixels", options).Fit(ml.Data.LoadFromEnumerable(rows));
        foreach (var epoch in encoder.Metrics)
        {
            Assert.AreEqual(0.5, epoch.ObjectOverlap!.Chance, 1e-6, "half of each image");
            Assert.AreEqual(0.5, epoch.ObjectOverlap.MaskedShare, 0.2, "random masks: 96 draws with a deviation of 0.05");
        }
    }

    [TestMethod]
    public void Fit_ObjectColumnMissing_IsNamed()
    {
        var options = Tiny.Mae();
        options.ObjectColumnName = "Nowhere";
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Fit(new MLContext(), options));
        StringAssert.Contains(error.Message, "Nowhere", StringComparison.Ordinal);
    }

    private static GuidedMaeTransformer Fit(MLContext ml, GuidedMaeOptions options) =>
        ml.MaskedPretraining.GuidedMae("Features", "Image", options).Fit(ml.MaskedPretraining.Images(new ColorImages(8)));

    private static GuidedMaeOptions Learned(AttentionProvider provider, AutoMaeOptions? options = null)
    {
        var mae = Tiny.Mae();
        mae.Masking = Masking.Learned(provider, options);
        return mae;
    }

    private static float[] Planes(Core.Imaging.RgbImage image)
    {
        int area = image.Width * image.Height;
        return [.. Enumerable.Range(0, area * image.Channels).Select(place => (float)image.Pixels[(place % area * image.Channels) + (place / area)])];
    }

    private string NewPath(string extension) => Path.Combine(TestContext.TestRunDirectory!, $"{Guid.NewGuid():N}.{extension}");

    private sealed class MaskedRow
    {
        [VectorType(3, Tiny.Side, Tiny.Side)]
        public float[] Pixels { get; set; } = [];

        [VectorType(8, 8)]
        public byte[] Mask { get; set; } = [];
    }
}
