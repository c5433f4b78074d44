using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Tests.Training;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Models;

[TestClass]
public sealed class SimMimModelTests
{
    // The same numbers in sums of another order, batched and one by one: the last bits of single precision, relative to a tensor's largest gradient.
    private const double ReorderTolerance = 3e-5;

    // Key biases move all logits of a row alike, so that their gradient is the rounding of zero.
    private const double RoundingOfZero = 1e-8;

    private static readonly Objective Pixels = new(new PixelTarget(normalize: false), ReconstructionError.Absolute);

    private static readonly PixelScaling Scaling = new(Options(PositionEmbedding.Learned), CPU);

    private static readonly Objective Squares = new(new PixelTarget(normalize: true), ReconstructionError.Squared);

    [TestMethod]
    [DataRow(0.6, 0.0, 197, 120)]
    [DataRow(0.44, 0.26, 145, 88)]
    [DataRow(0.33, 0.5, 97, 68)]
    public void Forward_PublishedRatios_HasTheirSequencesAndPredictions(double ratio, double throwRatio, int tokens, int predictions)
    {
        // ViT-B/16 at 224 pixels but for the width, units of 32 pixels. 96 kept patches are no square.
        var options = new VisionTransformerOptions { Width = 12, Depth = 1, Heads = 3, Position = PositionEmbedding.Learned };
        var masking = new RandomUnitMasking(ratio, 2, throwRatio);
        var counts = masking.CountsAt(options.Grid, new TrainingProgress(0, 1));
        List<long> visible = [], masked = [];
        for (int image = 0; image < 2; image++)
        {
            var (visibleHere, maskedHere) = (new int[counts.Visible], new int[counts.Masked]);
            masking.Plan(new SampleContext(options.Grid, new TrainingProgress(0, 1), new RandomStream(0, RandomPurpose.Mask, 0, image)), visibleHere, maskedHere);
            visible.AddRange(visibleHere.Select(patch => (long)patch));
            masked.AddRange(maskedHere.Select(patch => (long)patch));
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Create(options, options.PatchLength);
        using var scaling = new PixelScaling(options, CPU);
        var layout = new StepLayout(MaskTokensEnterEncoder: true, NeedsWholeImages: false, ScalarType.Float32);
        var step = new StepAssembler(options, scaling, CPU, layout).Assemble(new MaskedImages(2, new byte[2 * 196 * options.PatchLength], visible.ToArray(), masked.ToArray()));
        CollectionAssert.AreEqual(new long[] { 2 * tokens, 12 }, model.Enter(step).shape);
        CollectionAssert.AreEqual(new long[] { 2 * predictions, 768 }, model.Forward(step).shape);
    }

    [TestMethod]
    [DataRow(PositionEmbedding.Learned, true)]
    [DataRow(PositionEmbedding.Relative, true)]
    [DataRow(PositionEmbedding.Relative, false)]
    public void Backward_EachParameter_EqualsCentralDifferences(PositionEmbedding position, bool scalesAttention)
    {
        // A loss near 1 is good to 1e-7, over 2 x 0.005; curvature of the third order adds its share.
        const double Step = 0.005, Tolerance = 0.02, Floor = 3e-5;
        var options = Options(position);
        options.LayerScaleOnAttention = scalesAttention;
        var images = new CodedImages(options, thrown: 5, 8, 8);
        using var model = Create(options, options.PatchLength);
        LossOf(model, options, images.Plans(), Squares);
        var gradients = Gradients.Of(model.Parameters);
        Gradients.AreCentralDifferences(model.Parameters, gradients, () => LossOf(model, options, images.Plans(), Squares), Step, Tolerance, Floor);
        Assert.AreEqual(scalesAttention, gradients["blocks.0.gamma_1"].Any(value => value != 0), "the attention's scale learns if it is used");
        Assert.IsTrue(gradients["blocks.0.gamma_2"].All(value => value != 0));
        Assert.IsTrue(gradients["mask_token"].All(value => value != 0));
    }

    [TestMethod]
    [DataRow(PositionEmbedding.Learned)]
    [DataRow(PositionEmbedding.Relative)]
    public void Loss_ThrownPixelsChanged_ChangesByExactlyZero(PositionEmbedding position)
    {
        var options = Options(position);
        var images = new CodedImages(options, thrown: 6, 9, 9, 9);
        using var model = Create(options, options.PatchLength);
        foreach (var objective in new[] { Pixels, Squares })
        {
            double loss = LossOf(model, options, images.Plans(), objective);
            float[] gradient = TensorMemory.ToSingles(model.Parameters.Gradients);
            images.Change(code: -1);
            Assert.AreEqual(loss, LossOf(model, options, images.Plans(), objective));
            CollectionAssert.AreEqual(gradient, TensorMemory.ToSingles(model.Parameters.Gradients));
        }
    }

    [TestMethod]
    public void Loss_ThrownPixelsChangedUnderHistograms_ChangesTargetsOfNeighboursAlone()
    {
        // Gradients of pixels reach one pixel over the edge of a patch: here the loss may change, but no prediction does.
        var options = Options(PositionEmbedding.Learned);
        var target = new HogTarget(options, new HogOptions { CellSize = 4 });
        var images = new CodedImages(options, thrown: 6, 9);
        using var scope = NewDisposeScope();
        using var model = Create(options, target.LengthFor(options));
        var before = AssemblerOf(options, target).Assemble(images.Plans());
        images.Change(code: -1);
        var after = AssemblerOf(options, target).Assemble(images.Plans());
        CollectionAssert.AreEqual(TensorMemory.ToSingles(model.Forward(before)), TensorMemory.ToSingles(model.Forward(after)));

        float[][] old = Rows(target.Of(before)), now = Rows(target.Of(after));
        int changed = 0;
        long[] masked = images.Plans().Masked.ToArray();
        for (int row = 0; row < masked.Length; row++)
        {
            bool isSame = old[row].SequenceEqual(now[row]);
            changed += isSame ? 0 : 1;
            Assert.IsTrue(isSame || HasThrownNeighbour(options.Grid, images.Codes[0], (int)masked[row]), $"patch {masked[row]}");
        }

        Assert.IsGreaterThan(0, changed);
    }

    [TestMethod]
    [DataRow(PositionEmbedding.Learned)]
    [DataRow(PositionEmbedding.Relative)]
    public void Loss_ListsInAnotherOrder_IsTheSame(PositionEmbedding position)
    {
        var options = Options(position);
        var images = new CodedImages(options, thrown: 5, 10, 10);
        using var model = Create(options, options.PatchLength);
        double loss = LossOf(model, options, images.Plans(), Pixels);
        var gradients = Gradients.Of(model.Parameters);
        Assert.AreEqual(loss, LossOf(model, options, images.Plans(reversed: true), Pixels), 1e-6);
        Gradients.AreNear(gradients, Gradients.Of(model.Parameters), ReorderTolerance, RoundingOfZero);
    }

    [TestMethod]
    [DataRow(PositionEmbedding.SinCos)]
    [DataRow(PositionEmbedding.Learned)]
    [DataRow(PositionEmbedding.Relative)]
    public void Loss_CountsThatVary_EqualsTheSlowReferenceFromCodes(PositionEmbedding position)
    {
        var options = Options(position);
        // 24 patches: with 7 thrown, no number of kept patches is a square.
        foreach (var images in new[] { new CodedImages(options, thrown: 7, 4, 0, 9, 1), new CodedImages(options, thrown: 0, 3, 24, 0), new CodedImages(options, thrown: 7, 6, 6) })
        {
            foreach (bool weighted in new[] { false, true })
            {
                using var model = Create(options, options.PatchLength);
                using var scope = NewDisposeScope();
                var reference = SimMimReference.Loss(model, options, images, Pixels, weighted);
                reference.backward();
                var expected = Gradients.Of(model.Parameters);
                Assert.AreEqual(reference.item<float>(), LossOf(model, options, images.Plans(weighted), Pixels), 1e-6);
                Gradients.AreNear(expected, Gradients.Of(model.Parameters), ReorderTolerance, RoundingOfZero);
            }
        }
    }

    [TestMethod]
    public void Loss_Histograms_EqualsTheSlowReferenceFromCodes()
    {
        var options = Options(PositionEmbedding.Learned);
        var objective = new Objective(new HogTarget(options, new HogOptions { CellSize = 2 }), ReconstructionError.Squared);
        foreach (int thrown in new[] { 0, 6 })
        {
            var images = new CodedImages(options, thrown, 8, 3, 0);
            using var scope = NewDisposeScope();
            using var model = Create(options, objective.Target.LengthFor(options));
            var reference = SimMimReference.Loss(model, options, images, objective);
            reference.backward();
            var expected = Gradients.Of(model.Parameters);
            Assert.AreEqual(reference.item<float>(), LossOf(model, options, images.Plans(), objective), 1e-6);
            Gradients.AreNear(expected, Gradients.Of(model.Parameters), ReorderTolerance, RoundingOfZero);
        }
    }

    [TestMethod]
    [DataRow(false, DisplayName = "SimMIM")]
    [DataRow(true, DisplayName = "MAE")]
    public void Backward_AttentionOfTheClassTokenInTheLastBlock_LearnsOnlyWithADecoder(bool decoder)
    {
        // Behind SimMIM's last block only masked patches are looked at, and of the class token's row exactly zero is specified; MAE's decoder looks at everything.
        var options = Options(PositionEmbedding.Learned);
        var images = new CodedImages(options, thrown: 4, 8, 8);
        using var scope = NewDisposeScope();
        using var model = MaskedImageModel.Create(options, decoder ? new MaeDecoderOptions { Width = 16, Depth = 1, Heads = 2 } : new LinearDecoderOptions(), options.PatchLength, ScalarType.Float32, CPU);
        model.Parameters.Initialize(1);
        var step = new StepAssembler(options, Scaling, CPU, new StepLayout(!decoder, false, ScalarType.Float32)).Assemble(images.Plans());
        long tokens = step.Tokens.shape[0] / 2;
        var logitBias = zeros(2, options.Heads, tokens, tokens).requires_grad_();
        var x = model.Groups[0].ForwardToLast(model.Enter(step), new BlockConditions(2));
        x = model.Leave(0, model.Groups[0].Last.Forward(x, options.Depth - 1, new BlockConditions(2, logitBias)), step);
        x = decoder ? model.Leave(1, model.Groups[1].Forward(x, new BlockConditions(2)), step) : x;
        Pixels.Of(x, step, 16).Loss.backward();

        float[] queries = TensorMemory.ToSingles(logitBias.grad!.abs().sum(3).sum(1));    // [B, n]
        var masked = step.MaskedRows is null ? [] : step.MaskedRows.data<long>().ToArray();
        for (int row = 0; row < queries.Length; row++)
        {
            Assert.AreEqual(decoder || masked.Contains(row), queries[row] != 0, $"query {row % tokens}: {queries[row]}");
        }
    }

    [TestMethod]
    public void Declare_SimMimAmtOfViTB_HasThePublishedNumberOfParameters()
    {
        var options = VisionTransformerOptions.Base();
        (options.Position, options.LayerScale) = (PositionEmbedding.Learned, 0.1);
        long count = SimMimModel.Declare(options, options.PatchLength, new InitializationScheme(WeightInitialization.SimMim)).Sum(spec => spec.Count);
        // BEiT's blocks have no key bias; here it is part of qkv.bias and without effect.
        Assert.AreEqual(86_399_232, count - (options.Depth * options.Width));
    }

    private static VisionTransformerOptions Options(PositionEmbedding position) => new()
    {
        ImageHeight = 16, ImageWidth = 24, PatchSize = 4, Width = 16, Depth = 2, Heads = 2, Position = position, LayerScale = 0.5,
    };

    private static MaskedImageModel Create(VisionTransformerOptions options, int targetLength)
    {
        var model = MaskedImageModel.Create(options, new LinearDecoderOptions(), targetLength, ScalarType.Float32, CPU);
        model.Parameters.Initialize(1);
        if (options.Position == PositionEmbedding.Relative)
        {
            // Zeros, which it begins with, would hide a row taken for another.
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var table = model.Parameters["rel_pos_bias.relative_position_bias_table"];
            var random = new RandomStream(9, RandomPurpose.Initialization, 0, 0);
            float[] values = [.. Enumerable.Range(0, (int)table.numel()).Select(_ => (float)(random.NextDouble() - 0.5))];
            table.copy_(TensorMemory.From<float>(values, ScalarType.Float32, CPU, table.shape));
        }

        return model;
    }

    private static StepAssembler AssemblerOf(VisionTransformerOptions options, IReconstructionTarget target) =>
        new(options, Scaling, CPU, new StepLayout(MaskTokensEnterEncoder: true, target.NeedsWholeImages, ScalarType.Float32));

    private static double LossOf(MaskedImageModel model, VisionTransformerOptions options, MaskedImages images, Objective objective)
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var step = AssemblerOf(options, objective.Target).Assemble(images);
        var loss = objective.Of(model.Forward(step), step, images.MaskedTotal).Loss;
        model.Parameters.ZeroGradients();
        loss.backward();
        return loss.item<float>();
    }

    private static float[][] Rows(Tensor matrix) => [.. TensorMemory.ToSingles(matrix).Chunk((int)matrix.shape[1])];

    private static bool HasThrownNeighbour(PatchGrid grid, int[] codes, int patch) => Enumerable.Range(0, codes.Length).Any(other =>
        codes[other] == -1 && Math.Abs((other / grid.Columns) - (patch / grid.Columns)) <= 1 && Math.Abs((other % grid.Columns) - (patch % grid.Columns)) <= 1);
}
