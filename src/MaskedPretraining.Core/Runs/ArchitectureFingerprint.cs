using System.Globalization;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Runs;

/// <summary>Names an architecture in one line, so that weights of another one are recognised and both can be named.</summary>
/// <remarks>
/// Mean and deviation of pixels are left out: the network's weights fit whatever they are. A run that goes on compares them among its options and names them if they differ; an exported encoder has
/// them inside its graph.
/// </remarks>
public static class ArchitectureFingerprint
{
    /// <summary>The fingerprint of an encoder, with its decoder if there is one. Equal exactly if all shapes and constants inside the network are.</summary>
    /// <param name="encoder">The encoder.</param>
    /// <param name="decoder">The decoder; null for an encoder alone.</param>
    /// <returns>For example <c>vit 192x12 heads 3 mlp 4 patch 4 image 32x32x3 sincos eps 1E-06 + decoder 128x4 heads 4</c> (image height x width x channels).</returns>
    public static string Of(VisionTransformerOptions encoder, DecoderOptions? decoder = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        string position = encoder.Position.ToString().ToLowerInvariant();
        string layerScale = encoder.LayerScale is null ? "" : encoder.LayerScaleOnAttention ? " layer scale" : " layer scale on MLP";
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"vit {encoder.Width}x{encoder.Depth} heads {encoder.Heads} mlp {encoder.MlpRatio} patch {encoder.PatchSize} image {encoder.ImageHeight}x{encoder.ImageWidth}x{encoder.Channels} {position}{layerScale} eps {encoder.LayerNormEpsilon:R}");
        return decoder is null ? text : $"{text} + {decoder}";
    }
}
