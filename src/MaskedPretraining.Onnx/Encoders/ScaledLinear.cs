using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>A linear layer with LayerScale behind it folded in: <c>gamma * (W x + b) = (gamma W) x + gamma b</c>.</summary>
internal sealed class ScaledLinear
{
    /// <summary>Folds.</summary>
    /// <param name="weight">W, <c>[out, in]</c>.</param>
    /// <param name="bias">b, <c>[out]</c>.</param>
    /// <param name="scale">gamma, <c>[out]</c>.</param>
    public ScaledLinear(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, ReadOnlySpan<float> scale)
    {
        byte[] weightBytes = new byte[weight.Length * sizeof(float)], biasBytes = new byte[bias.Length * sizeof(float)];
        var scaled = MemoryMarshal.Cast<byte, float>(weightBytes.AsSpan());
        int inputs = weight.Length / bias.Length;
        for (int row = 0; row < bias.Length; row++)
        {
            TensorPrimitives.Multiply(weight.Slice(row * inputs, inputs), scale[row], scaled.Slice(row * inputs, inputs));
        }

        TensorPrimitives.Multiply(bias, scale, MemoryMarshal.Cast<byte, float>(biasBytes.AsSpan()));
        (Weight, Bias) = (weightBytes, biasBytes);
    }

    /// <summary>Weights in single precision, little-endian, <c>[out, in]</c>.</summary>
    public ReadOnlyMemory<byte> Weight { get; }

    /// <summary>Biases in single precision, little-endian, <c>[out]</c>.</summary>
    public ReadOnlyMemory<byte> Bias { get; }
}
