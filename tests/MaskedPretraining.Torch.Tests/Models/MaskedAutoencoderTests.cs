using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Optimization;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

[TestClass]
public sealed class MaskedAutoencoderTests
{
    // A sum in another order moves the last bits of single precision.
    private const float ReorderTolerance = 1e-5f;

    // Key biases move all logits of a row alike, so that their gradient is the rounding of zero.
    private const double RoundingOfZero = 1e-8;

    private static readonly VisionTransformerOptions Encoder = new() { ImageHeight = 16, ImageWidth = 24, PatchSize = 4, Width = 16, Depth = 2, Heads = 2 };

    private static readonly MaeDecoderOptions Decoder = new() { Width = 12, Depth = 2, Heads = 3 };

    private static readonly long[] Visible = [3, 0, 17, 8, 22, 5, 1, 19, 4, 12];

    private static readonly long[] Masked = [2, 7, 11, 23, 6, 9, 10, 13, 14, 15, 16, 18];

    [TestMethod]
    [DataRow(0.45, 0.40, 31, 119, 88, 118)]
    [DataRow(0.75, 0.10, 31, 178, 147, 177)]
    [DataRow(0.75, 0.00, 50, 197, 147, 196)]
    public void Forward_PublishedRatios_HaveTheirSequencesAndPredictions(double ratio, double throwRatio, int encoded, int decoded, int masked, int kept)
    {
        // ViT-B/16 at 224 pixels but for the widths. AMT's code predicts all kept patches, here only masked ones are.
        var counts = new AttentionDrivenMasking(new AttentionDrivenMaskingOptions { MaskRatio = ratio, ThrowRatio = throwRatio, StartEpoch = 0 }).CountsAt(new PatchGrid(14, 14), new TrainingProgress(0, 1));
        Assert.AreEqual(masked, counts.Masked);
        Assert.AreEqual(kept, counts.Masked + counts.Visible);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var options = new VisionTransformerOptions { Width = 12, Depth = 1, Heads = 3 };
        using var model = MaskedImageModel.Create(options, new MaeDecoderOptions { Width = 8, Depth = 1, Heads = 2 }, options.PatchLength, ScalarType.Float32, CPU);
        model.Parameters.Initialize(0);
        using var scaling = new PixelScaling(options, CPU);
        var assembler = new StepAssembler(options, scaling, CPU, TinyRun.MaeLayout);
        long[] order = [.. Enumerable.Range(0, 196).Select(patch => (long)patch)];
        var step = assembler.Assemble(new MaskedImages(
            2, new byte[2 * 196 * options.PatchLength], new[] { order[^counts.Visible..], order[^counts.Visible..] }.SelectMany(o => o).ToArray(), new[] { order[..masked], order[..masked] }.SelectMany(o => o).ToArray()));
        CollectionAssert.AreEqual(new long[] { 2 * (encoded - 1), 768 }, step.Patches.shape);
        CollectionAssert.AreEqual(new long[] { 2 * encoded, 12 }, model.Enter(step).shape);
        CollectionAssert.AreEqual(new long[] { 2 * decoded, 8 }, model.Leave(0, model.Groups[0].Forward(model.Enter(step), new BlockConditions(2)), step).shape);
        CollectionAssert.AreEqual(new long[] { 2 * masked, 768 }, model.Forward(step).shape);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Loss_ThrownPatchesChanged_ChangesByExactlyZero(bool normalize)
    {
        byte[] pixels = Pixels();
        var (loss, gradient) = LossOf(pixels, Visible, Masked, normalize);
        foreach (long patch in Enumerable.Range(0, 24).Select(patch => (long)patch).Except(Visible).Except(Masked))
        {
            Array.Fill<byte>(pixels, 200, (int)patch * Encoder.PatchLength, Encoder.PatchLength);
        }

        var (changed, changedGradient) = LossOf(pixels, Visible, Masked, normalize);
        Assert.AreEqual(loss, changed);
        CollectionAssert.AreEqual(gradient, changedGradient);
    }

    [TestMethod]
    public void Loss_MaskedPatchesInAnotherOrder_IsTheSame()
    {
        byte[] pixels = Pixels();
        float loss = LossOf(pixels, Visible, Masked, normalize: true).Loss;
        Assert.AreEqual(loss, LossOf(pixels, [.. Visible.Reverse()], Masked, normalize: true).Loss, ReorderTolerance, "visible");
        Assert.AreEqual(loss, LossOf(pixels, Visible, [.. Masked.Reverse()], normalize: true).Loss, ReorderTolerance, "masked");
    }

    [TestMethod]
    public void Backward_EachParameter_EqualsCentralDifferences()
    {
        // Single precision: differences of a loss near 1 over 2 x 0.01 are good to about 1e-5, and the curvature adds 1e-4.
        const float Delta = 0.01f;
        const float Tolerance = 1e-3f;
        byte[] pixels = Pixels();
        using var model = CreateModel();
        var (_, gradients) = LossOf(model, pixels, Visible, Masked, normalize: true);
        foreach (var slot in model.Parameters.Slots)
        {
            // One element a tensor, another one in each.
            long index = slot.Offset + (slot.Offset * 7 % slot.Spec.Count);
            using var scope = NewDisposeScope();
            float value = TensorMemory.ToSingles(model.Parameters.Values)[index];
            Set(model.Parameters, index, value + Delta);
            float above = LossOf(model, pixels, Visible, Masked, normalize: true).Loss;
            Set(model.Parameters, index, value - Delta);
            float below = LossOf(model, pixels, Visible, Masked, normalize: true).Loss;
            Set(model.Parameters, index, value);
            Assert.AreEqual((above - below) / (2 * Delta), gradients[index], Tolerance, slot.Spec.Name);
        }
    }

    [TestMethod]
    [DataRow(12, 32, 5, 10)]
    [DataRow(8, 40, 0, 15)]
    [DataRow(16, 16, 12, 3)]
    public void Loss_WideAndSquareGrids_EqualsThePlaceholderFormulation(int height, int width, int thrown, int masked)
    {
        var options = Encoder.Clone();
        (options.ImageHeight, options.ImageWidth) = (height, width);
        var images = new CodedImages(options, thrown, masked, masked, masked);
        var objective = new Objective(new PixelTarget(normalize: true), ReconstructionError.Squared);
        using var scope = NewDisposeScope();
        using var model = MaskedImageModel.Create(options, Decoder, options.PatchLength, ScalarType.Float32, CPU);
        model.Parameters.Initialize(1);
        var reference = AutoencoderReference.Loss((MaskedAutoencoder)model, options, images, normalize: true);
        reference.backward();
        var expected = Gradients.Of(model.Parameters);
        model.Parameters.ZeroGradients();
        using var scaling = new PixelScaling(options, CPU);
        var step = new StepAssembler(options, scaling, CPU, TinyRun.MaeLayout).Assemble(images.Plans());
        var loss = objective.Of(model.Forward(step), step, images.MaskedTotal).Loss;
        loss.backward();
        Assert.AreEqual(reference.item<float>(), loss.item<float>(), ReorderTolerance);
        Gradients.AreNear(expected, Gradients.Of(model.Parameters), 3 * ReorderTolerance, RoundingOfZero);
    }

    [TestMethod]
    public void Store_ThenLoad_PredictsTheSame()
    {
        using var first = CreateModel();
        using var second = MaskedImageModel.Create(Encoder, Decoder, Encoder.PatchLength, ScalarType.Float32, CPU);
        second.Load(first.Store());
        byte[] pixels = Pixels();
        Assert.AreEqual(LossOf(first, pixels, Visible, Masked, true).Loss, LossOf(second, pixels, Visible, Masked, true).Loss);
        CollectionAssert.IsSubsetOf(new[] { "pos_embed", "decoder_pos_embed", "cls_token", "mask_token", "decoder_pred.bias" }, first.Store().Names.ToArray());
    }

    private static MaskedImageModel CreateModel()
    {
        var model = MaskedImageModel.Create(Encoder, Decoder, Encoder.PatchLength, ScalarType.Float32, CPU);
        model.Parameters.Initialize(1);
        return model;
    }

    private static (float Loss, float[] Gradients) LossOf(byte[] pixels, long[] visible, long[] masked, bool normalize)
    {
        using var model = CreateModel();
        return LossOf(model, pixels, visible, masked, normalize);
    }

    private static (float Loss, float[] Gradients) LossOf(MaskedImageModel model, byte[] pixels, long[] visible, long[] masked, bool normalize)
    {
        using var scope = NewDisposeScope();
        using var scaling = new PixelScaling(Encoder, CPU);
        var step = new StepAssembler(Encoder, scaling, CPU, TinyRun.MaeLayout).Assemble(new MaskedImages(1, pixels, visible, masked));
        var loss = new Objective(new PixelTarget(normalize), ReconstructionError.Squared).Of(model.Forward(step), step, masked.Length).Loss;
        model.Parameters.ZeroGradients();
        loss.backward();
        return (loss.item<float>(), TensorMemory.ToSingles(model.Parameters.Gradients));
    }

    private static void Set(ParameterArena parameters, long index, float value)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        parameters.Values.narrow(0, index, 1).fill_(value);
    }

    private static byte[] Pixels()
    {
        var random = new RandomStream(4, RandomPurpose.Scene, 0, 0);
        return [.. Enumerable.Range(0, 24 * Encoder.PatchLength).Select(_ => (byte)random.NextInt32(256))];
    }
}
