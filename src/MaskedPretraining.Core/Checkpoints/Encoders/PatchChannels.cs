namespace MaskedPretraining.Core.Checkpoints.Encoders;

/// <summary>Brings a patch embedding to another number of channels.</summary>
/// <remarks>
/// <para>To one channel: <c>W' = sum_c W_c s'/s_c</c> and <c>b' = b + sum_c (sum of W_c) (m' - m_c)/s_c</c> with the old mean m and deviation s and the new m', s'. A grey image then gives exactly what it gives as a colour image of
/// equal channels. (timm sums the weights alone, which agrees only if all channels are normalised alike.)</para>
/// <para>To any other number k of c: the channels in turn, times c/k, as timm does.</para>
/// </remarks>
internal static class PatchChannels
{
    /// <summary>Adapts a colour embedding to grey images.</summary>
    /// <param name="weight"><c>[D, C, P, P]</c>.</param>
    /// <param name="bias"><c>[D]</c>, changed in place.</param>
    /// <param name="channels">C.</param>
    /// <param name="trained">Normalisation that the weights expect.</param>
    /// <param name="grey">Normalisation that grey images will have.</param>
    /// <returns><c>[D, 1, P, P]</c>.</returns>
    public static float[] ToGrey(float[] weight, float[] bias, int channels, PixelStatistics trained, PixelStatistics grey)
    {
        int pixels = weight.Length / bias.Length / channels;
        var adapted = new float[bias.Length * pixels];
        for (int row = 0; row < bias.Length; row++)
        {
            double shift = 0;
            for (int channel = 0; channel < channels; channel++)
            {
                var (mean, deviation) = (trained.Mean[channel % trained.Mean.Length], trained.Deviation[channel % trained.Deviation.Length]);
                var plane = weight.AsSpan(((row * channels) + channel) * pixels, pixels);
                double sum = 0;
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    sum += plane[pixel];
                    adapted[(row * pixels) + pixel] += plane[pixel] * grey.Deviation[0] / deviation;
                }

                shift += sum * (grey.Mean[0] - mean) / deviation;
            }

            bias[row] += (float)shift;
        }

        return adapted;
    }

    /// <summary>Repeats channels in turn.</summary>
    /// <param name="weight"><c>[D, C, P, P]</c>.</param>
    /// <param name="width">D.</param>
    /// <param name="channels">C.</param>
    /// <param name="wanted">Channels wanted, k.</param>
    /// <returns><c>[D, k, P, P]</c>.</returns>
    public static float[] Repeat(float[] weight, int width, int channels, int wanted)
    {
        int pixels = weight.Length / width / channels;
        var adapted = new float[checked(width * wanted * pixels)];
        float factor = (float)channels / wanted;
        for (int row = 0; row < width; row++)
        {
            for (int channel = 0; channel < wanted; channel++)
            {
                var plane = weight.AsSpan(((row * channels) + (channel % channels)) * pixels, pixels);
                System.Numerics.Tensors.TensorPrimitives.Multiply(plane, factor, adapted.AsSpan(((row * wanted) + channel) * pixels, pixels));
            }
        }

        return adapted;
    }
}
