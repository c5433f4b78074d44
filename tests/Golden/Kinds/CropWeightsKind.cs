using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Patch weights of crops from maps of whole images.</summary>
internal sealed class CropWeightsKind : IGoldenKind
{
    public string Name => "crop-weights";

    public void Run(GoldenCase golden)
    {
        int patchSize = EngineCase.Int(golden.Options, "patch_size");
        int[] side = [.. golden.Options.GetProperty("side").EnumerateArray().Select(length => length.GetInt32())];
        CroppedCase.Expect(golden, "out/weights", new PatchGrid(side[0] / patchSize, side[1] / patchSize), patchSize, MapCrop.PixelSum);
    }
}
