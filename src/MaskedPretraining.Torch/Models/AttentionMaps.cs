using MaskedPretraining.Core.Attention;
using MaskedPretraining.Torch.Tensors;
using static TorchSharp.torch;

namespace MaskedPretraining.Torch.Models;

/// <summary>From the class token's attention rows on the device to one map an image in managed memory.</summary>
internal static class AttentionMaps
{
    /// <param name="rows">Class token's attention, class key first, <c>[B, h, 1+N]</c>. The class key is dropped, the rest not renormalised.</param>
    /// <param name="normalization">Whether heads are scaled before or after their mean.</param>
    /// <returns>Values in 0..1, <c>[B, N]</c>.</returns>
    public static float[] Of(Tensor rows, HeadNormalization normalization)
    {
        long[] shape = rows.shape;
        int batch = (int)shape[0], heads = (int)shape[1], patches = (int)shape[2] - 1;
        using var withoutClass = rows.narrow(2, 1, patches);
        return Of(TensorMemory.ToSingles(withoutClass), batch, heads, normalization);
    }

    /// <param name="attention">Class token's attention without the class key, <c>[B, h, N]</c>.</param>
    /// <param name="batch">B.</param>
    /// <param name="heads">h.</param>
    /// <param name="normalization">Whether heads are scaled before or after their mean.</param>
    /// <returns>Values in 0..1, <c>[B, N]</c>.</returns>
    public static float[] Of(ReadOnlySpan<float> attention, int batch, int heads, HeadNormalization normalization)
    {
        int patches = attention.Length / (batch * heads);
        var maps = new float[batch * patches];
        for (int image = 0; image < batch; image++)
        {
            AttentionMapNormalizer.Normalize(attention.Slice(image * heads * patches, heads * patches), heads, normalization, maps.AsSpan(image * patches, patches));
        }

        return maps;
    }
}
