using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tests.Models;
using MaskedPretraining.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Holds the step of several cores to one pass of autograd over the whole batch.</summary>
[TestClass]
public sealed class ParallelStepTests
{
    // The same sums in another order, relative to a tensor's own largest gradient.
    private const double Tolerance = 5e-5;

    // Key biases move all logits of a row alike, so that their gradient is the rounding of zero.
    private const double RoundingOfZero = 1e-8;

    private const int Batch = 24;

    private static readonly VisionTransformerOptions Encoder = new() { ImageHeight = 32, ImageWidth = 32, PatchSize = 4, Width = 64, Depth = 2, Heads = 4 };

    private static readonly MaeDecoderOptions Decoder = new() { Width = 32, Depth = 1, Heads = 2 };

    private static readonly PixelScaling Scaling = new(Encoder, CPU);

    // 64 patches: 40 masked, 12 thrown, 12 visible. Parts of the batch hold up to 20 images.
    private static readonly CodedImages Even = new(Encoder, thrown: 12, [.. Enumerable.Repeat(40, Batch)]);

    // Whole parts have nothing masked, whatever the number of cores.
    private static readonly CodedImages Varying = new(Encoder, thrown: 12, [.. Enumerable.Range(0, Batch).Select(image => image >= 12 ? 0 : image % 5 * 9)]);

    [TestMethod]
    [DataRow(Kind.Autoencoder, 1)]
    [DataRow(Kind.Autoencoder, 3)]
    [DataRow(Kind.WeightedAutoencoder, 2)]
    [DataRow(Kind.HardPatches, 1)]
    [DataRow(Kind.HardPatches, 3)]
    [DataRow(Kind.SimMim, 1)]
    [DataRow(Kind.SimMim, 4)]
    [DataRow(Kind.WeightedSimMim, 2)]
    [DataRow(Kind.MaskFeat, 1)]
    [DataRow(Kind.MaskFeat, 4)]
    [DataRow(Kind.ScaledSimMim, 1)]
    [DataRow(Kind.ScaledSimMim, 4)]
    [DataRow(Kind.ScaledAutoencoder, 2)]
    public void Run_AnyNumberOfCores_GivesAutogradsLossesAndGradients(Kind kind, int cores)
    {
        var (expectedLosses, expected) = Recorded(kind);
        var (losses, gradients) = Parallel(kind, cores);
        Assert.AreEqual(expectedLosses.Loss, losses.Loss, Tolerance);
        Assert.AreEqual(expectedLosses.Plain, losses.Plain, Tolerance);
        Assert.AreEqual(expectedLosses.Foreground, losses.Foreground, Tolerance);
        Gradients.AreNear(expected, gradients, Tolerance, RoundingOfZero);
    }

    [TestMethod]
    public void Run_PartsWithoutMaskedPatches_EqualsTheSlowReferenceFromCodes()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Kind.MaskFeat);
        var reference = SimMimReference.Loss(model, Encoder, Varying, ObjectiveOf(Kind.MaskFeat));
        reference.backward();
        var (losses, gradients) = Parallel(Kind.MaskFeat, cores: 4);
        Assert.AreEqual(reference.ToSingle(), losses.Loss, Tolerance);
        Gradients.AreNear(Gradients.Of(model.Parameters), gradients, Tolerance, RoundingOfZero);
    }

    [TestMethod]
    [DataRow(Kind.Autoencoder)]
    [DataRow(Kind.MaskFeat)]
    public void Run_Again_IsTheSameBitForBit(Kind kind)
    {
        var first = Parallel(kind, 2);
        var second = Parallel(kind, 2);
        Assert.AreEqual(first.Losses, second.Losses);
        foreach (var (name, gradient) in first.Gradients)
        {
            CollectionAssert.AreEqual(gradient, second.Gradients[name], name);
        }
    }

    [TestMethod]
    [DataRow(Kind.Autoencoder)]
    [DataRow(Kind.HardPatches)]
    [DataRow(Kind.MaskFeat)]
    [DataRow(Kind.WeightedSimMim)]
    [DataRow(Kind.ScaledSimMim)]
    public void Run_ManySteps_KeepsTheNumberOfTensors(Kind kind)
    {
        using var model = Model(kind);
        using var step = StepOf(model, kind, 2);
        step.Run(ImagesOf(kind));
        long live = LiveTensors.Settled();
        for (int i = 0; i < 3; i++)
        {
            step.Run(ImagesOf(kind));
            Assert.AreEqual(live, Tensor.TotalCount);
        }
    }

    [TestMethod]
    public void Suits_WhatTheKernelsDoNotKnow_IsRefused()
    {
        Assert.IsTrue(Suits(_ => { }));
        Assert.IsTrue(Suits(options => options.Decoder = new LinearDecoderOptions()));
        Assert.IsTrue(Suits(options => options.Architecture.Position = PositionEmbedding.Learned));
        Assert.IsTrue(Suits(options => options.Architecture.LayerScale = 0.1));
        Assert.IsTrue(Suits(options => options.DropPath = 0.1));
        Assert.IsTrue(Suits(options => options.Architecture.Position = PositionEmbedding.Relative));
        Assert.IsFalse(Suits(options => options.Architecture.Width = 36), "heads of 9");
        Assert.IsFalse(Suits(options => options.Decoder = new MaeDecoderOptions { Width = 36, Depth = 1, Heads = 4 }), "the decoder's heads of 9");
        Assert.IsFalse(Suits(options => options.UniformityWeight = 0.01));
    }

    private static bool Suits(Action<PretrainerOptions> change)
    {
        var options = new PretrainerOptions { Architecture = Encoder.Clone(), Decoder = Decoder };
        change(options);
        return PartialStep.Suits(options);
    }

    private static Objective ObjectiveOf(Kind kind) => kind switch
    {
        Kind.SimMim or Kind.WeightedSimMim or Kind.ScaledSimMim => new Objective(new PixelTarget(normalize: false), ReconstructionError.Absolute),
        Kind.MaskFeat => new Objective(new HogTarget(Encoder, new HogOptions { CellSize = 2 }), ReconstructionError.Squared),
        Kind.HardPatches => new Objective(new PixelTarget(normalize: false), ReconstructionError.Squared, LossPredictionForm.Relative),
        _ => new Objective(new PixelTarget(normalize: true), ReconstructionError.Squared),
    };

    private static MaskedImages ImagesOf(Kind kind)
    {
        var images = kind == Kind.MaskFeat ? Varying.Plans() : Even.Plans(kind is Kind.WeightedAutoencoder or Kind.WeightedSimMim);
        return IsScaled(kind) ? images with { BranchScales = new StochasticDepth(Encoder.Depth, rate: 0.6, seed: 1).Draw([.. Enumerable.Range(0, Batch)], 0) } : images;
    }

    private static MaskedImageModel Model(Kind kind)
    {
        DecoderOptions decoder = IsAutoencoder(kind) ? Decoder : new LinearDecoderOptions();
        var encoder = Encoder.Clone();
        encoder.LayerScale = IsScaled(kind) ? 0.5 : null;
        encoder.Position = kind == Kind.ScaledSimMim ? PositionEmbedding.Relative : encoder.Position;
        var model = MaskedImageModel.Create(encoder, decoder, ObjectiveOf(kind).Target.LengthFor(Encoder), ScalarType.Float32, CPU, predictsLosses: kind == Kind.HardPatches);
        model.Parameters.Initialize(4);
        return model;
    }

    private static bool IsAutoencoder(Kind kind) => kind is Kind.Autoencoder or Kind.WeightedAutoencoder or Kind.ScaledAutoencoder or Kind.HardPatches;

    // With LayerScale and stochastic depth; SimMIM with relative positions too, as in its recipe.
    private static bool IsScaled(Kind kind) => kind is Kind.ScaledSimMim or Kind.ScaledAutoencoder;

    private static StepAssembler AssemblerOf(Kind kind) => new(
        Encoder, Scaling, CPU, new StepLayout(!IsAutoencoder(kind), ObjectiveOf(kind).Target.NeedsWholeImages, ScalarType.Float32));

    private static ParallelStep StepOf(MaskedImageModel model, Kind kind, int cores) => new(model, ObjectiveOf(kind), AssemblerOf(kind), cores);

    private static (StepLosses Losses, Dictionary<string, float[]> Gradients) Parallel(Kind kind, int cores)
    {
        using var scope = NewDisposeScope();
        using var model = Model(kind);
        using var step = StepOf(model, kind, cores);
        var losses = step.Run(ImagesOf(kind));
        return (losses, Gradients.Of(model.Parameters));
    }

    private static (StepLosses Losses, Dictionary<string, float[]> Gradients) Recorded(Kind kind)
    {
        using var scope = NewDisposeScope();
        using var model = Model(kind);
        var images = ImagesOf(kind);
        var tensors = AssemblerOf(kind).Assemble(images);
        var output = model.ForwardForTraining(tensors);
        var (loss, errors) = ObjectiveOf(kind).Of(output.Predictions, tensors, images.MaskedTotal, output.Losses);
        loss.backward();
        return (Objective.Read(loss, errors, images, images.MaskedTotal), Gradients.Of(model.Parameters));
    }

    /// <summary>Models that the kernels know.</summary>
    public enum Kind
    {
        Autoencoder,
        WeightedAutoencoder,
        HardPatches,
        SimMim,
        WeightedSimMim,
        MaskFeat,
        ScaledSimMim,
        ScaledAutoencoder,
    }
}
