using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

[TestClass]
public sealed class LossPredictorTests
{
    // Sums in another order move the last bits of single precision; relative to a tensor's largest gradient.
    private const double Tolerance = 3e-5;

    // Key biases move all logits of a row alike, so that their gradient is the rounding of zero.
    private const double RoundingOfZero = 1e-8;

    private static readonly VisionTransformerOptions Encoder = new() { ImageHeight = 16, ImageWidth = 12, PatchSize = 4, Width = 16, Depth = 2, Heads = 2 };

    private static readonly MaeDecoderOptions Decoder = new() { Width = 12, Depth = 2, Heads = 3 };

    [TestMethod]
    [DataRow(LossPredictionForm.Relative, true)]
    [DataRow(LossPredictionForm.Relative, false)]
    [DataRow(LossPredictionForm.Absolute, true)]
    public void Loss_WithPredictedLosses_EqualsTheLoopOverPairs(LossPredictionForm form, bool normalize)
    {
        var images = new CodedImages(Encoder, thrown: 0, 7, 7, 7);
        using var scope = NewDisposeScope();
        using var model = Create(Encoder);
        var reference = HardPatchReference.Loss(model, Encoder, images, normalize, form);
        reference.backward();
        var expected = Gradients.Of(model.Parameters);
        model.Parameters.ZeroGradients();
        using var scaling = new PixelScaling(Encoder, CPU);
        var step = new StepAssembler(Encoder, scaling, CPU, TinyRun.MaeLayout).Assemble(images.Plans());
        var output = model.ForwardForTraining(step);
        var loss = new Objective(new PixelTarget(normalize), ReconstructionError.Squared, form).Of(output.Predictions, step, images.MaskedTotal, output.Losses).Loss;
        loss.backward();
        Assert.AreEqual(reference.ToSingle(), loss.ToSingle(), Tolerance);
        Gradients.AreNear(expected, Gradients.Of(model.Parameters), Tolerance, RoundingOfZero);
    }

    [TestMethod]
    [DataRow(PositionEmbedding.SinCos)]
    [DataRow(PositionEmbedding.Learned)]
    public void PredictLosses_WholeImages_EqualsOneImageAtATime(PositionEmbedding position)
    {
        var options = Encoder.Clone();
        options.Position = position;
        var images = new CodedImages(options, thrown: 0, 0, 0);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Create(options);
        using var scaling = new PixelScaling(options, CPU);
        var (patches, tokens) = new WholeImageAssembler(options, scaling, CPU).Assemble(images.Count, images.Pixels);
        var predicted = model.PredictLosses(patches, tokens, images.Count);
        CollectionAssert.AreEqual(new long[] { images.Count, options.Grid.Count }, predicted.shape);
        float[] actual = TensorMemory.ToSingles(predicted);
        for (int image = 0; image < images.Count; image++)
        {
            // Class token first.
            float[] expected = TensorMemory.ToSingles(HardPatchReference.Predictions(model, options, AutoencoderReference.DecoderTokens(model, options, images, image)))[1..];
            for (int patch = 0; patch < expected.Length; patch++)
            {
                Assert.AreEqual(expected[patch], actual[(image * expected.Length) + patch], Tolerance, $"image {image} patch {patch}");
            }
        }
    }

    [TestMethod]
    public void Create_WithPredictedLosses_AddsTensorsAndChangesNoOther()
    {
        using var plain = MaskedImageModel.Create(Encoder, Decoder, Encoder.PatchLength, ScalarType.Float32, CPU);
        plain.Parameters.Initialize(1);
        using var model = Create(Encoder);
        Assert.IsNull(plain.Losses);
        var (before, after) = (plain.Store(), model.Store());
        string[] added = [.. after.Names.Except(before.Names)];
        Assert.HasCount((12 * Decoder.Depth) + 4, added);
        CollectionAssert.IsSubsetOf(new[] { "decoder_blocks_losspred.1.attn.qkv.weight", "decoder_norm_losspred.bias", "decoder_pred_losspred.weight" }, added);
        Assert.IsTrue(Array.TrueForAll(added, MaskedImageModel.IsForTrainingOnly));
        foreach (string name in before.Names)
        {
            CollectionAssert.AreEqual(before[name].Bytes, after[name].Bytes, name);
        }
    }

    private static MaskedAutoencoder Create(VisionTransformerOptions encoder)
    {
        var model = MaskedImageModel.Create(encoder, Decoder, encoder.PatchLength, ScalarType.Float32, CPU, predictsLosses: true);
        model.Parameters.Initialize(1);
        return (MaskedAutoencoder)model;
    }
}
