using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Costs;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;

namespace MaskedPretraining.Core.Tests.Costs;

[TestClass]
public sealed class PretrainingCostTests
{
    private const double Giga = 1e9;

    // Published figures have three digits behind the point.
    private const double Rounding = 5.01e-4;
    private static readonly VisionTransformerOptions Base = VisionTransformerOptions.Base();
    private static readonly MaeDecoderOptions Decoder = new();
    private static readonly LinearDecoderOptions Linear = new();

    [TestMethod]
    [DataRow(147, 0, 50, 197, 4.408, 5.373, 9.781, 1.000, DisplayName = "MAE 0.75")]
    [DataRow(88, 78, 31, 119, 2.766, 3.170, 5.936, 0.607, DisplayName = "AMT 0.45/0.40")]
    [DataRow(147, 19, 31, 178, 2.766, 4.821, 7.588, 0.776, DisplayName = "AMT 0.75/0.10")]
    [DataRow(166, 0, 31, 197, 2.766, 5.365, 8.132, 0.831, DisplayName = "thrown kept in the decoder")]
    public void Published_MaeFamily_IsThePublishedTable(int masked, int thrown, int encoderTokens, int decoderTokens, double encoder, double decoder, double total, double ratio)
    {
        var model = Pixels(Base, Decoder);
        var cost = model.Published(Counts(masked, thrown, 196));
        Assert.AreEqual(encoderTokens, cost.EncoderTokens);
        Assert.AreEqual(decoderTokens, cost.DecoderTokens);
        Assert.AreEqual(encoder, cost.Encoder / Giga, Rounding);
        Assert.AreEqual(decoder, cost.Decoder / Giga, Rounding);
        Assert.AreEqual(total, cost.Total / Giga, Rounding);
        Assert.AreEqual(ratio, cost.Total / model.Published(new MaskCounts(147, 0, 49)).Total, Rounding);
    }

    [TestMethod]
    [DataRow(147, 0, 58.7)]
    [DataRow(88, 78, 35.6)]
    [DataRow(147, 19, 45.5)]
    [DataRow(166, 0, 48.8)]
    public void Published_MaeStep_IsThreeForwardPasses(int masked, int thrown, double gigaflops) =>
        Assert.AreEqual(gigaflops, 2 * Pixels(Base, Decoder).Published(Counts(masked, thrown, 196)).Step / Giga, 0.0501);

    [TestMethod]
    [DataRow(192, 12, 3, 16, 196, 5.664, 0.593, DisplayName = "Ti")]
    [DataRow(384, 12, 6, 16, 196, 6.505, 0.598, DisplayName = "S")]
    [DataRow(1024, 24, 16, 16, 196, 20.756, 0.614, DisplayName = "L")]
    [DataRow(1280, 32, 16, 14, 256, 48.562, 0.611, DisplayName = "H/14")]
    public void Published_OtherSizes_AreThePublishedFigures(int width, int depth, int heads, int patch, int patches, double mae, double ratio)
    {
        var model = Pixels(new VisionTransformerOptions { Width = width, Depth = depth, Heads = heads, PatchSize = patch }, Decoder);
        double total = model.Published(Counts((patches * 3) / 4, 0, patches)).Total;
        Assert.AreEqual(mae, total / Giga, Rounding);
        var guided = patches == 256 ? new MaskCounts(115, 102, 39) : new MaskCounts(88, 78, 30);
        Assert.AreEqual(ratio, model.Published(guided).Total / total, Rounding);
    }

    [TestMethod]
    [DataRow(120, 0, 17.679, 1.000, DisplayName = "SimMIM 0.60/0")]
    [DataRow(88, 52, 12.904, 0.730, DisplayName = "0.44/0.26")]
    [DataRow(68, 100, 8.584, 0.486, DisplayName = "0.33/0.50")]
    public void Published_SimMimFamily_IsThePublishedTable(int masked, int thrown, double total, double ratio)
    {
        var model = Pixels(Base, Linear);
        var cost = model.Published(Counts(masked, thrown, 196));
        Assert.AreEqual(197 - thrown, cost.EncoderTokens);
        Assert.AreEqual(0, cost.DecoderTokens);
        Assert.AreEqual(total, cost.Total / Giga, Rounding);
        Assert.AreEqual(ratio, cost.Total / model.Published(new MaskCounts(120, 0, 76)).Total, Rounding);
    }

    [TestMethod]
    public void Published_WholeImage_IsThePublishedEncoder()
    {
        double encoder = Pixels(Base, Linear).Published(new MaskCounts(0, 0, 196)).Encoder;
        Assert.AreEqual(17.563, encoder / Giga, Rounding);
        Assert.AreEqual(1.796, encoder / Pixels(Base, Decoder).Published(new MaskCounts(147, 0, 49)).Total, Rounding);
    }

    [TestMethod]
    public void Published_HalfThrownExactly_IsThePublishedRatio()
    {
        var model = Pixels(Base, Linear);
        Assert.AreEqual(0.496, model.Published(new MaskCounts(68, 98, 30)).Total / model.Published(new MaskCounts(120, 0, 76)).Total, Rounding);
    }

    [TestMethod]
    public void Maps_BaseEncoder_ArePublishedFigures()
    {
        var model = Pixels(Base, Decoder);
        Assert.AreEqual(16.63, model.PublishedMap / Giga, 0.00501);
        Assert.AreEqual(16.23, model.ImplementationMap / Giga, 0.00501);
        Assert.AreEqual(0.567, model.PublishedMap / model.Published(new MaskCounts(147, 0, 49)).Step, Rounding, "a map over an MAE training image");
    }

    [TestMethod]
    [DataRow(400, 0.660, 0.019)]
    [DataRow(200, 0.699, 0.016)]
    public void PublishedRun_Amt_IsThePublishedRatio(int epochs, double ratio, double shareOfMaps)
    {
        var model = Pixels(Base, Decoder);
        var run = model.PublishedRun(new AttentionDrivenMasking(new AttentionDrivenMaskingOptions { StartEpoch = 41, RefreshInterval = 40 }), epochs);
        Assert.AreEqual(ratio, run.Total / model.PublishedRun(new RandomMasking(), epochs).Total, Rounding);
        Assert.AreEqual(shareOfMaps, run.Maps / run.Total, Rounding);
    }

    [TestMethod]
    [DataRow(0.44, 0.26, 0.792)]
    [DataRow(0.33, 0.50, 0.597)]
    public void PublishedRun_AmtOnSimMim_IsThePublishedRatio(double maskRatio, double throwRatio, double ratio)
    {
        var model = Pixels(Base, Linear);
        var options = new AttentionDrivenMaskingOptions { MaskRatio = maskRatio, ThrowRatio = throwRatio, UnitSide = 2, RandomRatio = 0.6, StartEpoch = 41, RefreshInterval = 40 };
        double random = model.PublishedRun(new RandomUnitMasking(0.6, 2), 200).Total;
        Assert.AreEqual(ratio, model.PublishedRun(new AttentionDrivenMasking(options), 200).Total / random, Rounding);
    }

    [TestMethod]
    public void Implementation_Mae_EmbedsVisibleAndPredictsMaskedPatchesAlone()
    {
        var model = Pixels(Base, Decoder);
        var (published, ours) = (model.Published(new MaskCounts(88, 78, 30)), model.Implementation(new MaskCounts(88, 78, 30)));
        Assert.AreEqual(166.0 * 768 * 768, published.Encoder - ours.Encoder, 1);
        Assert.AreEqual(31.0 * 512 * 768, published.Decoder - ours.Decoder, 1);
        Assert.AreEqual(published.DecoderTokens, ours.DecoderTokens);
    }

    [TestMethod]
    public void Implementation_LinearDecoder_EmbedsKeptAndPredictsMaskedPatchesAlone()
    {
        var model = new PretrainingCost(Base, Linear, ReconstructionTarget.Hog());
        var (published, ours) = (model.Published(new MaskCounts(88, 52, 56)), model.Implementation(new MaskCounts(88, 52, 56)));
        Assert.AreEqual(52.0 * 768 * 768, published.Encoder - ours.Encoder, 1);
        Assert.AreEqual(56.0 * 768 * 108, published.Decoder - ours.Decoder, 1);
    }

    [TestMethod]
    [DataRow(192, 5.49)]
    [DataRow(384, 21.59)]
    [DataRow(768, 85.65)]
    public void EncoderParameters_TwelveBlocks_ArePublishedFigures(int width, double millions) =>
        Assert.AreEqual(millions, Pixels(new VisionTransformerOptions { Width = width, Heads = 3 }, Decoder).EncoderParameters / 1e6, 0.00501);

    [TestMethod]
    [DataRow(1024, 24, 16, 303.10)]
    [DataRow(1280, 32, 14, 630.44)]
    public void EncoderParameters_LargeAndHuge_ArePublishedFigures(int width, int depth, int patch, double millions) =>
        Assert.AreEqual(millions, Pixels(new VisionTransformerOptions { Width = width, Depth = depth, Heads = 16, PatchSize = patch }, Decoder).EncoderParameters / 1e6, 0.00501);

    [TestMethod]
    public void Parameters_MaeBase_IsThePublishedCount()
    {
        var model = Pixels(Base, Decoder);
        Assert.AreEqual(111_655_680, model.EncoderParameters + model.DecoderParameters);
    }

    [TestMethod]
    public void Parameters_SimMimBase_IsThePublishedCountAndKeyBiases()
    {
        var model = Pixels(new VisionTransformerOptions { Width = 768, Heads = 12, LayerScale = 0.1, Position = PositionEmbedding.Learned }, Linear);
        Assert.AreEqual(86_399_232 + (12 * 768), model.EncoderParameters + model.DecoderParameters);
    }

    [TestMethod]
    public void Memory_PartsAndPrecision_CountEachBuffer()
    {
        var model = Pixels(VisionTransformerOptions.Tiny(), Decoder);
        var counts = new MaskCounts(147, 0, 49);
        long parameters = model.EncoderParameters + model.DecoderParameters;
        var single = model.Memory(counts, imagesAtATime: 1);
        Assert.AreEqual(new MemoryEstimate(4 * parameters, 4 * parameters, 8 * parameters, 0, single.Activations), single);
        var half = model.Memory(counts, imagesAtATime: 4, workers: 2, bfloat16: true, averagesWeights: true);
        Assert.AreEqual(new MemoryEstimate(6 * parameters, 4 * parameters, 8 * parameters, 4 * parameters, half.Activations), half);
        // Blocks alone: 16 numbers a token, channel and block, and the probabilities.
        long blocks = 4 * ((50 * 192 * ((12 * 16) + 10)) + (12 * 3 * 50 * 50) + (197 * 512 * ((8 * 16) + 10)) + (8 * 16 * 197 * 197));
        long patches = 4 * ((196 * 768) + (4 * 147 * 768));
        Assert.AreEqual(blocks + patches, single.Activations);
        // In bfloat16 11 of the 16 numbers take half, and what passes through the blocks is kept twice in part.
        long halfBlocks = (50 * 192 * ((12 * 42) + 44)) + (4 * 12 * 3 * 50 * 50) + (197 * 512 * ((8 * 42) + 44)) + (4 * 8 * 16 * 197 * 197);
        Assert.AreEqual(4 * 2 * (halfBlocks + patches), half.Activations);
    }

    [TestMethod]
    public void Memory_OnAGpu_HasSumsInBFloat16Too()
    {
        var model = Pixels(VisionTransformerOptions.Tiny(), Decoder);
        var counts = new MaskCounts(147, 0, 49);
        var single = model.Memory(counts, imagesAtATime: 1);
        Assert.AreEqual(single, model.Memory(counts, imagesAtATime: 1, onGpu: true));
        long numbers = (50 * 192 * ((12 * 16) + 10)) + (197 * 512 * ((8 * 16) + 10));
        Assert.AreEqual(single.Activations - (2 * numbers), model.Memory(counts, imagesAtATime: 1, bfloat16: true, onGpu: true).Activations);
    }

    [TestMethod]
    [DataRow(true, 5)]
    [DataRow(false, 4)]
    public void Memory_LayerScale_CountsTheLayersThatItIsFoldedInto(bool onAttention, int squares)
    {
        var options = VisionTransformerOptions.Tiny();
        (options.LayerScale, options.LayerScaleOnAttention) = (0.1, onAttention);
        var model = Pixels(options, Linear);
        var counts = new MaskCounts(118, 0, 78);
        long parameters = model.EncoderParameters + model.DecoderParameters, folded = 12 * ((squares * 192 * 192) + (squares == 5 ? 2 * 192 : 192));
        Assert.AreEqual(4 * 2 * (parameters + (2 * folded)), model.Memory(counts, imagesAtATime: 1, workers: 2).Gradients);
        Assert.AreEqual(4 * parameters, model.Memory(counts, imagesAtATime: 1, onGpu: true).Gradients);
    }

    [TestMethod]
    public void Run_HardPatches_HasTheSecondDecoderAndTheTeacher()
    {
        // 50 tokens in the encoder and twice 197 in a decoder forward and back, then 197 in both once.
        static double Block(double tokens, double width) => (12 * tokens * width * width) + (2 * tokens * tokens * width);
        var model = new PretrainingCost(Base, Decoder, ReconstructionTarget.Pixels, predictsLosses: true);
        double teacher = (196 * 768.0 * 768) + (12 * Block(197, 768)) + (197.0 * 768 * 512) + (8 * Block(197, 512));
        Assert.AreEqual(teacher, model.TeacherPass, 1);
        Assert.AreEqual(0, Pixels(Base, Decoder).TeacherPass);
        var counts = new MaskCounts(147, 0, 49);
        double second = (8 * Block(197, 512)) + (147 * 512.0);
        Assert.AreEqual(Pixels(Base, Decoder).Implementation(counts).Total + second, model.Implementation(counts).Total, 1);
        // In the first of 200 epochs int(147 * 0.5 / 200) = 0 patches are hard, likewise in the second: 3 epochs make one.
        var run = model.ImplementationRun(new HardPatchMasking(), 200);
        Assert.AreEqual(198 * teacher, run.Maps, 1e3);
        Assert.AreEqual(600 * model.Implementation(counts).Total, run.Steps, 1e3);
        double ratio = (model.Implementation(counts).Step + teacher) / Pixels(Base, Decoder).Implementation(counts).Step;
        Assert.AreEqual(2.3, ratio, 0.05);
    }

    [TestMethod]
    public void Run_AutoMae_HasTheProvidersPassInEveryEpoch()
    {
        // ViT-B/16 as provider of its own kind: 11 blocks over 197 tokens and one row of attention, against 50 tokens forward and back.
        var model = Pixels(Base, Decoder);
        var masking = new AutoMaeMasking(new EncoderWeights(Base, new StateDictionary()));
        var (random, learned) = (model.ImplementationRun(new RandomMasking(), 200), model.ImplementationRun(masking, 200));
        Assert.AreEqual(random.Steps, learned.Steps);
        Assert.AreEqual(200 * model.ImplementationMap, learned.Maps, 1);
        Assert.AreEqual(200 * model.PublishedMap, model.PublishedRun(masking, 200).Maps, 1);
        Assert.AreEqual(0.57, model.PublishedRun(masking, 200).Maps / random.Steps, 0.02, "published: 16.6 of 29.3 GMAC");
    }

    [TestMethod]
    public void Published_CountsOfAnotherGrid_AreRefused()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => Pixels(Base, Decoder).Published(new MaskCounts(48, 0, 16)));
        StringAssert.Contains(exception.Message, "196");
    }

    private static PretrainingCost Pixels(VisionTransformerOptions encoder, DecoderOptions decoder) => new(encoder, decoder, ReconstructionTarget.Pixels);

    private static MaskCounts Counts(int masked, int thrown, int patches) => new(masked, thrown, patches - masked - thrown);
}
