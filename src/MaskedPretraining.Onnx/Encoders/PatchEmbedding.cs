using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>The first layer of an encoder with the normalisation of pixels folded in.</summary>
/// <remarks>
/// With w and b the projection, m and s the channel's mean and deviation: <c>w ((x/255 - m)/s) + b = (w/(255 s)) x + (b - sum w m/s)</c>. So raw pixels in 0..255 go straight into one matrix product. Folded in double
/// precision; the result differs from the plain formula by single-precision rounding alone.
/// </remarks>
internal sealed class PatchEmbedding
{
    public PatchEmbedding(EncoderTensors tensors)
    {
        var architecture = tensors.Architecture;
        Weight = new float[(long)architecture.Width * architecture.PatchLength];
        double[] bias = Fold(architecture, tensors.Singles("patch_embed.proj.weight"), tensors.Singles("patch_embed.proj.bias"), Weight);

        // The class token is the sum's row 0: the patches' matrix gets a row of zeros in front, then this table is added.
        var classToken = tensors.Singles("cls_token");
        int width = architecture.Width;
        Offsets = new float[(architecture.Grid.Count + 1) * width];
        var positions = architecture.Position == PositionEmbedding.Relative ? new float[Offsets.Length] : tensors.Singles("pos_embed");
        for (int index = 0; index < Offsets.Length; index++)
        {
            Offsets[index] = (float)(positions[index] + (index < width ? classToken[index] : bias[index % width]));
        }
    }

    /// <summary>Projection of raw pixels, <c>[D, C*P*P]</c>; a patch's pixels in the order channel, row, column.</summary>
    public float[] Weight { get; }

    /// <summary>What is added to each token, <c>[1, patches + 1, D]</c>: class token and its position, then folded bias and position of each patch.</summary>
    public float[] Offsets { get; }

    private static double[] Fold(VisionTransformerOptions architecture, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> folded)
    {
        int plane = architecture.PatchSize * architecture.PatchSize;
        double[] foldedBias = new double[architecture.Width];
        for (int feature = 0; feature < foldedBias.Length; feature++)
        {
            double sum = bias[feature];
            for (int channel = 0; channel < architecture.Channels; channel++)
            {
                double mean = architecture.PixelMean[architecture.PixelMean.Length == 1 ? 0 : channel];
                double deviation = architecture.PixelStandardDeviation[architecture.PixelStandardDeviation.Length == 1 ? 0 : channel];
                int first = (feature * architecture.Channels + channel) * plane;
                for (int index = first; index < first + plane; index++)
                {
                    folded[index] = (float)(weight[index] / (255 * deviation));
                    sum -= weight[index] * mean / deviation;
                }
            }

            foldedBias[feature] = sum;
        }

        return foldedBias;
    }
}
