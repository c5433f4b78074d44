using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Holds the step of several cores to one pass of autograd over the whole batch.</summary>
[TestClass]
public sealed class ParallelStepTests
{
    // The same sums in another order.
    private const double Tolerance = 2e-5;
    private const int Batch = 45;

    private readonly VisionTransformerOptions _encoder = new() { ImageHeight = 32, ImageWidth = 32, PatchSize = 4, Width = 64, Depth = 2, Heads = 4 };
    private readonly MaeDecoderOptions _decoder = new() { Width = 32, Depth = 1, Heads = 2 };
    private static readonly Objective Pixels = new(new PixelTarget(normalize: true), ReconstructionError.Squared);
    private readonly byte[] _patches = new byte[Batch * 64 * 48];
    private readonly long[] _visible = new long[Batch * 12];
    private readonly long[] _masked = new long[Batch * 40];

    public ParallelStepTests()
    {
        var random = new Random(2);
        random.NextBytes(_patches);
        for (int image = 0; image < Batch; image++)
        {
            long[] order = [.. Enumerable.Range(0, 64).Select(i => (long)i)];
            random.Shuffle(order);
            order.AsSpan(0, 12).CopyTo(_visible.AsSpan(image * 12));
            order.AsSpan(12, 40).CopyTo(_masked.AsSpan(image * 40));
        }
    }

    private MaskedImages Images => new(Batch, _patches, _visible, _masked);

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Run_AnyNumberOfCores_GivesAutogradsLossAndGradients(int cores)
    {
        var (expectedLoss, expected) = Recorded();
        var (loss, gradients) = Parallel(cores);
        Assert.AreEqual(expectedLoss, loss, Tolerance);
        float largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], gradients[i], Tolerance * largest, $"element {i}");
        }
    }

    [TestMethod]
    public void Run_Again_IsTheSameBitForBit()
    {
        var first = Parallel(2);
        var second = Parallel(2);
        Assert.AreEqual(first.Loss, second.Loss);
        CollectionAssert.AreEqual(first.Gradients, second.Gradients);
    }

    [TestMethod]
    public void Run_ManySteps_KeepsTheNumberOfTensors()
    {
        using var model = Model();
        using var step = StepOf(model, 2);
        step.Run(Images);
        long live = Tensor.TotalCount;
        for (int i = 0; i < 3; i++)
        {
            step.Run(Images);
            Assert.AreEqual(live, Tensor.TotalCount);
        }
    }

    private MaskedImageModel Model()
    {
        var model = MaskedImageModel.Create(_encoder, _decoder, _encoder.PatchLength, ScalarType.Float32, CPU);
        model.Parameters.Initialize(4);
        return model;
    }

    private ParallelStep StepOf(MaskedImageModel model, int cores) =>
        new(model, Pixels, new StepAssembler(_encoder, new PixelScaling(_encoder, CPU), CPU, TinyRun.MaeLayout), cores);

    private (float Loss, float[] Gradients) Parallel(int cores)
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var step = StepOf(model, cores);
        float loss = (float)step.Run(Images).Loss;
        return (loss, TensorMemory.ToSingles(model.Parameters.Gradients));
    }

    private (float Loss, float[] Gradients) Recorded()
    {
        using var scope = NewDisposeScope();
        using var model = Model();
        using var scaling = new PixelScaling(_encoder, CPU);
        var tensors = new StepAssembler(_encoder, scaling, CPU, TinyRun.MaeLayout).Assemble(Images);
        var loss = Pixels.Of(model.Forward(tensors), tensors, _masked.Length).Loss;
        loss.backward();
        return (loss.item<float>(), TensorMemory.ToSingles(model.Parameters.Gradients));
    }
}
