using MaskedPretraining.Core.Objectives;
using MaskedPretraining.Torch.Objectives;
using MaskedPretraining.Torch.Training;

namespace MaskedPretraining.Golden.Kinds;

internal sealed class MaskFeatLossKind : IGoldenKind
{
    public string Name => "maskfeat-loss";

    public void Run(GoldenCase golden)
    {
        var options = EngineCase.Encoder(golden);
        var hog = new HogOptions { CellSize = EngineCase.Int(golden.Options, "cell_size"), Bins = EngineCase.Int(golden.Options, "bins") };
        using var pass = new MaskTokenPass(options, new Objective(new HogTarget(options, hog), ReconstructionError.Squared), EngineCase.Weights(golden));
        var (loss, _) = pass.Backward(golden.Single("in/images"), [.. golden.Bytes("in/mask").Select(flag => (long)flag)]);
        golden.Expect("out/loss", [loss]);
        foreach (var spec in pass.Model.Parameters.Specs)
        {
            golden.Expect($"grad/{spec.Name}", pass.Model.Parameters.GradientOf(spec.Name), spec.Shape);
        }
    }
}
