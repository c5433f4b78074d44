using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Histograms of oriented gradients per patch.</summary>
internal sealed class HogTargetKind : IGoldenKind
{
    public string Name => "hog-target";

    public void Run(GoldenCase golden)
    {
        long[] shape = golden.ShapeOf("in/images");
        var images = new VisionTransformerOptions
        {
            ImageHeight = (int)shape[2],
            ImageWidth = (int)shape[3],
            Channels = (int)shape[1],
            PatchSize = EngineCase.Int(golden.Options, "patch_size"),
        };
        var options = new HogOptions { CellSize = EngineCase.Int(golden.Options, "cell_size"), Bins = EngineCase.Int(golden.Options, "bins") };
        using var scope = NewDisposeScope();
        var patches = TensorMemory.From<float>(EngineCase.Patches(golden.Single("in/images"), images), ScalarType.Float32, CPU, shape[0], images.Grid.Count, images.PatchLength);
        var targets = new HogTarget(images, options).Of(patches);
        golden.Expect("out/targets", TensorMemory.ToSingles(targets), targets.shape);
    }
}
