using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Masking;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Objectives;

namespace MaskedPretraining.Core.Batches;

/// <summary>Maps of images, brought to the patches of their crops. One a thread.</summary>
/// <param name="maps">The maps.</param>
/// <param name="crop">How they are cropped.</param>
/// <param name="normalization">How the map of the whole image is normalised before.</param>
/// <param name="architecture">Patches of a crop.</param>
internal sealed class CroppedMaps(IAttentionMaps maps, MapCrop crop, MapNormalization normalization, VisionTransformerOptions architecture)
{
    private readonly MapCropper _cropper = new(crop, maps.Grid, architecture.Grid, architecture.PatchSize);
    private readonly float[] _map = new float[maps.Grid.Count];
    private readonly float[] _patches = new float[architecture.Grid.Count];

    /// <summary>One value a patch of a crop, <c>[N]</c>; overwritten by the next call.</summary>
    /// <param name="sample">Image number.</param>
    /// <param name="image">The whole image.</param>
    /// <param name="box">What was cut out of it.</param>
    /// <param name="flip">Whether the crop was mirrored.</param>
    public ReadOnlySpan<float> Of(int sample, PixelView image, CropBox box, bool flip)
    {
        maps.CopyTo(sample, _map);
        AttentionLossWeights.Normalize(_map, normalization);
        _cropper.Apply(_map, image.Height, image.Width, box, flip, _patches);
        return _patches;
    }
}
