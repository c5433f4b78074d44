using System.Numerics;
using MaskedPretraining.Core.Imaging.Augmentation;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Augmentation;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Images mixed by weights or by a box, their soft targets, and the cross-entropy with them.</summary>
internal sealed class MixupCutmixKind : IGoldenKind
{
    public string Name => "mixup-cutmix";

    public void Run(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        long[] shape = golden.ShapeOf("in/images");
        (int batch, int channels, int height, int width) = ((int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]);
        // The largest patches that fit, so that images are mixed in the order of the engine.
        var architecture = new VisionTransformerOptions
        {
            ImageHeight = height,
            ImageWidth = width,
            Channels = channels,
            PatchSize = (int)BigInteger.GreatestCommonDivisor(height, width),
        };
        double lambda = golden.Options.GetProperty("lambda").GetDouble();
        var mix = new BatchMix(lambda, null);
        if (golden.Options.GetProperty("mode").GetString() == "cutmix")
        {
            var centre = golden.Options.GetProperty("centre");
            mix = BatchMix.Cut(height, width, lambda, centre[0].GetInt32(), centre[1].GetInt32())!.Value;
            var box = mix.Box!.Value;
            golden.Expect("out/box", new long[] { box.Top, box.Top + box.Height, box.Left, box.Left + box.Width }, 4);
            golden.Expect("out/lambda", [mix.Lambda]);
        }

        var patches = TensorMemory.From<float>(EngineCase.Patches(golden.Single("in/images"), architecture), ScalarType.Float32, CPU, batch * architecture.Grid.Count, architecture.PatchLength);
        new BatchMixing(new MixingOptions(), architecture, seed: 0).Apply(patches, batch, mix);
        golden.Expect("out/images", EngineCase.Images(TensorMemory.ToSingles(patches), architecture), shape);

        int classes = EngineCase.Int(golden.Options, "classes");
        var targets = SoftTargets.Of(golden.Int64("in/labels"), classes, golden.Options.GetProperty("smoothing").GetDouble(), mix.Lambda, CPU);
        golden.Expect("out/targets", TensorMemory.ToSingles(targets), batch, classes);
        var logits = TensorMemory.From<float>(golden.Single("in/logits"), ScalarType.Float32, CPU, batch, classes);
        golden.Expect("out/loss", [SoftTargets.CrossEntropy(logits, targets).mean().ToSingle()]);
    }
}
