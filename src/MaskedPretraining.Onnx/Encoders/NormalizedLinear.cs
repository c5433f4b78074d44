using System.Runtime.InteropServices;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>A linear layer behind a layer normalisation, with scale g and shift s of the normalisation folded into it: <c>W (g * n + s) + b = (W g) n + (b + W s)</c>.</summary>
/// <remarks>Folded in double precision and rounded once. The graph divides by the root of the sum of squares rather than of their mean, so that the weights also take the factor sqrt(D).</remarks>
internal sealed class NormalizedLinear
{
    /// <summary>Folds.</summary>
    /// <param name="weight">W, <c>[out, D]</c>.</param>
    /// <param name="bias">b, <c>[out]</c>.</param>
    /// <param name="scale">g, <c>[D]</c>.</param>
    /// <param name="shift">s, <c>[D]</c>.</param>
    /// <param name="factor">What the layer's result is multiplied by.</param>
    public NormalizedLinear(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, double factor = 1)
    {
        byte[] weightBytes = new byte[weight.Length * sizeof(float)];
        byte[] biasBytes = new byte[bias.Length * sizeof(float)];
        var foldedWeight = MemoryMarshal.Cast<byte, float>(weightBytes.AsSpan());
        var foldedBias = MemoryMarshal.Cast<byte, float>(biasBytes.AsSpan());
        double weightFactor = factor * Math.Sqrt(scale.Length);
        for (int row = 0; row < bias.Length; row++)
        {
            double sum = bias[row];
            for (int column = 0; column < scale.Length; column++)
            {
                int index = row * scale.Length + column;
                foldedWeight[index] = (float)(weight[index] * (scale[column] * weightFactor));
                sum += (double)weight[index] * shift[column];
            }

            foldedBias[row] = (float)(sum * factor);
        }

        (Weight, Bias) = (weightBytes, biasBytes);
    }

    /// <summary>Weights in single precision, little-endian, <c>[out, D]</c>.</summary>
    public ReadOnlyMemory<byte> Weight { get; }

    /// <summary>Biases in single precision, little-endian, <c>[out]</c>.</summary>
    public ReadOnlyMemory<byte> Bias { get; }
}
