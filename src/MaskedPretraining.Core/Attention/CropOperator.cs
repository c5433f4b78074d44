using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>Brings an attention map of the whole image to the patches of a crop of it.</summary>
/// <remarks>
/// Every <see cref="MapCrop"/> is linear and separate in both axes, so the crop's weights are <c>Ry A Rx'</c> with two small matrices: no map of the image's size is ever made.
/// </remarks>
public static class CropOperator
{
    /// <summary>Computes the weight of every patch of a crop.</summary>
    /// <param name="map">The map of the whole image, <c>[mapGrid.Rows, mapGrid.Columns]</c>.</param>
    /// <param name="mapGrid">Rows R and columns C of the map; any grid.</param>
    /// <param name="imageHeight">Rows H of the whole image in pixels.</param>
    /// <param name="imageWidth">Columns W of the whole image in pixels.</param>
    /// <param name="box">The crop, in pixels of the whole image.</param>
    /// <param name="flip">Whether the crop was mirrored left to right afterwards.</param>
    /// <param name="cropGrid">Rows and columns of patches of the resized crop.</param>
    /// <param name="patchSize">Side P of a patch in pixels of the resized crop. Means and nearest cells do not depend on it.</param>
    /// <param name="weights">Receives the weights, <c>[cropGrid.Rows, cropGrid.Columns]</c>.</param>
    /// <param name="crop">How: the sum over the pixels of each patch by default.</param>
    /// <exception cref="ArgumentException">The lengths do not fit the grids, or the box does not lie in the image.</exception>
    public static void Apply(
        ReadOnlySpan<float> map,
        PatchGrid mapGrid,
        int imageHeight,
        int imageWidth,
        CropBox box,
        bool flip,
        PatchGrid cropGrid,
        int patchSize,
        Span<float> weights,
        MapCrop crop = MapCrop.PixelSum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patchSize);
        new MapCropper(crop, mapGrid, cropGrid, patchSize).Apply(map, imageHeight, imageWidth, box, flip, weights);
    }
}
