using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Core.Randomness;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

[TestClass]
public sealed class BFloat16GradientTests
{
    // Eight significant bits a product and one rounding of the sum: half a percent, a little more where the parts of a batch are added up in bfloat16.
    // Sums over rows kept in bfloat16 would be off by 5 to 30 percent.
    private const double RelativeTolerance = 0.015;

    private const int Batch = 96;
    private const int Patches = 64;
    private static readonly VisionTransformerOptions Encoder = new() { ImageHeight = 32, ImageWidth = 32, PatchSize = 4, Width = 32, Depth = 2, Heads = 2 };
    private static readonly MaeDecoderOptions Decoder = new() { Width = 32, Depth = 1, Heads = 2 };

    private readonly byte[] _pixels = new byte[Batch * Patches * Encoder.PatchLength];
    private readonly long[] _visible = new long[Batch * 16];
    private readonly long[] _masked = new long[Batch * 48];

    public BFloat16GradientTests()
    {
        var images = new SyntheticImages(Batch, 32);
        for (int image = 0; image < Batch; image++)
        {
            MaskedPretraining.Core.Imaging.PatchLayout.ToPatches<byte>(
                images.Load(image).Pixels, Encoder.Grid, Encoder.PatchSize, 3, false, _pixels.AsSpan(image * Patches * Encoder.PatchLength, Patches * Encoder.PatchLength));
            long[] order = [.. Enumerable.Range(0, Patches).Select(patch => (long)patch)];
            new RandomStream(1, RandomPurpose.Mask, 0, image).Shuffle(order.AsSpan());
            order.AsSpan(0, 16).CopyTo(_visible.AsSpan(image * 16));
            order.AsSpan(16).CopyTo(_masked.AsSpan(image * 48));
        }
    }

    [TestMethod]
    [DataRow(true, DisplayName = "kernels, in parts")]
    [DataRow(false, DisplayName = "autograd, at once")]
    public void Gradients_OfABatch_StayCloseToSinglePrecision(bool kernels)
    {
        float[] exact = Gradients(ScalarType.Float32, kernels), rounded = Gradients(ScalarType.BFloat16, kernels);
        double error = 0, size = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            error += Math.Pow(rounded[i] - exact[i], 2);
            size += Math.Pow(exact[i], 2);
        }

        Assert.IsLessThan(RelativeTolerance, Math.Sqrt(error / size));
    }

    private float[] Gradients(ScalarType type, bool kernels)
    {
        using var scope = NewDisposeScope();
        using var model = MaskedImageModel.Create(Encoder, Decoder, Encoder.PatchLength, type, CPU);
        model.Parameters.Initialize(1);
        using var scaling = new PixelScaling(Encoder, CPU);
        var assembler = new StepAssembler(Encoder, scaling, CPU, TinyRun.MaeLayout);
        var objective = new Objective(new PixelTarget(normalize: true), ReconstructionError.Squared);
        var images = new MaskedImages(Batch, _pixels, _visible, _masked);
        if (kernels)
        {
            using var step = new ParallelStep(model, objective, assembler, cores: 1);
            step.Run(images);
        }
        else
        {
            var step = assembler.Assemble(images);
            objective.Of(model.Forward(step), step, _masked.Length).Loss.backward();
        }

        return TensorMemory.ToSingles(model.Parameters.Gradients);
    }
}
