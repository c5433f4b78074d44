using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>Patch weights of crops from maps of whole images.</summary>
internal sealed class CropWeightsKind : IGoldenKind
{
    public string Name => "crop-weights";

    public void Run(GoldenCase golden)
    {
        int patchSize = golden.Options.GetProperty("patch_size").GetInt32();
        int[] side = [.. golden.Options.GetProperty("side").EnumerateArray().Select(length => length.GetInt32())];
        var cropGrid = new PatchGrid(side[0] / patchSize, side[1] / patchSize);
        long[] shape = golden.ShapeOf("in/map");
        var mapGrid = new PatchGrid((int)shape[1], (int)shape[2]);
        float[] maps = golden.Single("in/map");
        int[] boxes = Array.ConvertAll(golden.Int64("in/boxes"), value => (int)value);
        int[] sizes = Array.ConvertAll(golden.Int64("in/image_sizes"), value => (int)value);
        byte[] flips = golden.Bytes("in/flips");
        var weights = new float[flips.Length * cropGrid.Count];
        for (int image = 0; image < flips.Length; image++)
        {
            CropOperator.Apply(
                maps.AsSpan(image * mapGrid.Count, mapGrid.Count),
                mapGrid,
                sizes[2 * image],
                sizes[2 * image + 1],
                new CropBox(boxes[4 * image], boxes[4 * image + 1], boxes[4 * image + 2], boxes[4 * image + 3]),
                flips[image] != 0,
                cropGrid,
                patchSize,
                weights.AsSpan(image * cropGrid.Count, cropGrid.Count));
        }

        golden.Expect("out/weights", weights, flips.Length, cropGrid.Rows, cropGrid.Columns);
    }
}
