using System.Numerics.Tensors;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>A weight matrix as 8-bit integers: <c>W[o, i] = Scales[o] * Values[i, o]</c> up to rounding, zero is zero.</summary>
internal sealed class QuantizedWeights
{
    // Not 128: symmetric, so that no zero point is needed.
    private const int Largest = sbyte.MaxValue;

    /// <summary>Quantises.</summary>
    /// <param name="weight">W, <c>[outputs, inputs]</c>.</param>
    /// <param name="outputs">Number of outputs.</param>
    public QuantizedWeights(ReadOnlySpan<float> weight, int outputs)
    {
        (Outputs, Inputs) = (outputs, weight.Length / outputs);
        Values = new sbyte[weight.Length];
        Scales = new float[outputs];
        for (int output = 0; output < outputs; output++)
        {
            var row = weight.Slice(output * Inputs, Inputs);
            float largest = MathF.Abs(TensorPrimitives.MaxMagnitude(row));
            // A row of zeros stays one with any scale.
            Scales[output] = largest > 0 ? largest / Largest : 1;
            for (int input = 0; input < Inputs; input++)
            {
                Values[(input * outputs) + output] = (sbyte)MathF.Round(row[input] / Scales[output]);
            }
        }
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>The integers, -127 to 127, <c>[inputs, outputs]</c> as products in ONNX have them.</summary>
    public sbyte[] Values { get; }

    /// <summary>The scale of each output.</summary>
    public float[] Scales { get; }
}
