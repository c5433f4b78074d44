using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Golden.Kinds;

/// <summary>What the cases of cropped maps have in common.</summary>
internal static class CroppedCase
{
    /// <summary>Crops every map of a case and compares.</summary>
    public static void Expect(GoldenCase golden, string name, PatchGrid cropGrid, int patchSize, MapCrop crop)
    {
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
                weights.AsSpan(image * cropGrid.Count, cropGrid.Count),
                crop);
        }

        golden.Expect(name, weights, flips.Length, cropGrid.Rows, cropGrid.Columns);
    }
}
