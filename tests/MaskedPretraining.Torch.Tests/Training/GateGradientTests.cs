using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Models;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using MaskedPretraining.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>A factor of 1 on the visible tokens: it changes nothing, and its gradient is right on every way through a step.</summary>
[TestClass]
public sealed class GateGradientTests
{
    private const int Batch = 24;
    private const int Visible = 12;

    // The same sums in another order, relative to the largest gradient.
    private const double Tolerance = 5e-5;

    private static readonly VisionTransformerOptions Encoder = new() { ImageHeight = 32, ImageWidth = 32, PatchSize = 4, Width = 64, Depth = 2, Heads = 4 };
    private static readonly MaeDecoderOptions Decoder = new() { Width = 32, Depth = 1, Heads = 2 };
    private static readonly Objective Pixels = new(new PixelTarget(normalize: true), ReconstructionError.Squared);

    // Parts of the batch hold up to 20 images.
    private static readonly CodedImages Coded = new(Encoder, thrown: 12, [.. Enumerable.Repeat(40, Batch)]);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Run_AnyNumberOfCores_GivesAutogradsGateGradients(int cores)
    {
        float[] expected = Recorded(Asking()), actual = Parallel(Asking(), cores).Gate;
        AreNear(expected, actual, Tolerance);
        CollectionAssert.AreEqual(actual, Parallel(Asking(), cores).Gate, "again, bit for bit");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    public void Slice_PartsOfABatch_FillTheirPartsOfTheGradients(int atATime)
    {
        float[] expected = Recorded(Asking());
        var images = Asking();
        for (int first = 0; first < Batch; first += atATime)
        {
            var part = images.Slice(first, Math.Min(atATime, Batch - first));
            Recorded(part);
        }

        AreNear(expected, images.GateGradients.ToArray(), Tolerance);
    }

    [TestMethod]
    public void Run_WithGate_HasLossAndGradientsBitForBit()
    {
        var (plain, gated) = (Parallel(Coded.Plans(), 2), Parallel(Asking(), 2));
        Assert.AreEqual(plain.Losses, gated.Losses);
        foreach (var (name, gradient) in plain.Gradients)
        {
            CollectionAssert.AreEqual(gradient, gated.Gradients[name], name);
        }
    }

    [TestMethod]
    public void Run_Gate_GradientEqualsCentralDifferences()
    {
        // A loss near 1 is good to 1e-7, over 2 x 0.01 x the root of 288 directions at once; curvature of the third order adds its share.
        const double Distance = 0.01, Allowed = 0.02;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Model(ScalarType.Float32);
        using var scaling = new PixelScaling(Encoder, CPU);
        var step = Assembler(scaling, ScalarType.Float32).Assemble(Coded.Plans());
        float[] gradient;
        using (enable_grad())
        {
            gradient = Recorded(Asking());
        }

        double typical = Math.Sqrt(gradient.Sum(value => (double)value * value));
        for (int trial = 0; trial < 5; trial++)
        {
            var random = new Random(trial);
            float[] direction = [.. gradient.Select(_ => random.Next(2) == 0 ? 1f : -1f)];
            double expected = (LossAt(direction, Distance) - LossAt(direction, -Distance)) / (2 * Distance);
            double actual = gradient.Zip(direction).Sum(pair => (double)pair.First * pair.Second);
            Assert.AreEqual(expected, actual, Allowed * typical, $"typically {typical:e2}");
        }

        double LossAt(float[] direction, double distance)
        {
            // The class token's row stays 1.
            float[] gate = [.. direction.Chunk(Visible).SelectMany(image => image.Select(sign => 1 + (float)(distance * sign)).Prepend(1))];
            var gated = step with { Gate = TensorMemory.From<float>(gate, ScalarType.Float32, CPU, gate.Length, 1) };
            return Pixels.Of(model.Forward(gated), gated, Coded.MaskedTotal).Loss.ToSingle();
        }
    }

    [TestMethod]
    [DataRow(true, DisplayName = "kernels")]
    [DataRow(false, DisplayName = "autograd")]
    public void Run_BFloat16_StaysCloseToSinglePrecision(bool kernels)
    {
        // Eight significant bits of tokens, gradients and products, whose sum over a token's width nearly cancels: normalisation makes a token's scale matter little.
        const double Relative = 0.06;
        float[] exact = Recorded(Asking()), rounded = kernels ? Parallel(Asking(), 2, ScalarType.BFloat16).Gate : Recorded(Asking(), ScalarType.BFloat16);
        double error = exact.Zip(rounded).Sum(pair => Math.Pow(pair.First - pair.Second, 2)), size = exact.Sum(value => Math.Pow(value, 2));
        Assert.IsLessThan(Relative, Math.Sqrt(error / size));
    }

    private static MaskedImages Asking() => Coded.Plans() with { GateGradients = new float[Batch * Visible] };

    private static MaskedImageModel Model(ScalarType type)
    {
        var model = MaskedImageModel.Create(Encoder, Decoder, Encoder.PatchLength, type, CPU);
        model.Parameters.Initialize(4);
        return model;
    }

    private static StepAssembler Assembler(PixelScaling scaling, ScalarType type) => new(Encoder, scaling, CPU, new StepLayout(false, false, type));

    private static float[] Recorded(MaskedImages images, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        using var model = Model(type);
        using var scaling = new PixelScaling(Encoder, CPU);
        var step = Assembler(scaling, type).Assemble(images);
        Pixels.Of(model.Forward(step), step, Coded.MaskedTotal).Loss.backward();
        images.KeepGateGradients(step);
        return images.GateGradients.ToArray();
    }

    private static (StepLosses Losses, Dictionary<string, float[]> Gradients, float[] Gate) Parallel(MaskedImages images, int cores, ScalarType type = ScalarType.Float32)
    {
        using var scope = NewDisposeScope();
        using var model = Model(type);
        using var scaling = new PixelScaling(Encoder, CPU);
        using var step = new ParallelStep(model, Pixels, Assembler(scaling, type), cores);
        var losses = step.Run(images);
        return (losses, Gradients.Of(model.Parameters), images.GateGradients.ToArray());
    }

    private static void AreNear(float[] expected, float[] actual, double tolerance)
    {
        double largest = expected.Max(Math.Abs);
        Assert.IsGreaterThan(0, largest);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], tolerance * largest, $"token {i}; the largest is {largest}");
        }
    }
}
