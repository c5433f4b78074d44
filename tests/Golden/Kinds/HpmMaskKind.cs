using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Torch.Masking;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Masks of hard patches from given predictions and noise.</summary>
internal sealed class HpmMaskKind : IGoldenKind
{
    public string Name => "hpm-mask";

    public void Run(GoldenCase golden)
    {
        using var scope = NewDisposeScope();
        long[] shape = golden.ShapeOf("in/predicted");
        var grid = new PatchGrid(1, (int)shape[1]);
        var options = new HardPatchOptions { MaskRatio = golden.Options.GetProperty("mask_ratio").GetDouble() };
        int hard = options.HardCountAt(grid, new TrainingProgress(EngineCase.Int(golden.Options, "epoch"), EngineCase.Int(golden.Options, "total")));
        var plan = HardPatchPlan.Of(Upload("in/predicted"), Upload("in/noise"), options.CountsOn(grid).Masked, hard);
        golden.Expect("out/guided_count", [(long)hard]);
        golden.Expect("out/mask", EngineCase.MaskOf(EngineCase.Download(plan.Masked), (int)shape[0], grid.Count), shape);

        Tensor Upload(string name) => TensorMemory.From<float>(golden.Single(name), ScalarType.Float32, CPU, shape);
    }
}
