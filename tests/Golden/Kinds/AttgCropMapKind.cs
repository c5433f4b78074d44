using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Maps of whole images averaged over the cells of crops.</summary>
internal sealed class AttgCropMapKind : IGoldenKind
{
    public string Name => "attg-crop-map";

    public void Run(GoldenCase golden)
    {
        var cropGrid = new PatchGrid(EngineCase.Int(golden.Options, "rows"), EngineCase.Int(golden.Options, "cols"));
        CroppedCase.Expect(golden, "out/map", cropGrid, patchSize: 1, MapCrop.AreaMean);
    }
}
