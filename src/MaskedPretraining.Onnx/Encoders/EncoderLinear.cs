using System.Runtime.InteropServices;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Encoders;

/// <summary>The linear layers of an encoder's blocks, <c>y = x W^T + b</c>, with weights of a chosen precision.</summary>
internal sealed class EncoderLinear(GraphBuilder graph, WeightPrecision precision)
{
    // Inputs that are 8-bit already: query, key and value read the same tokens.
    private readonly HashSet<string> _quantized = new(StringComparer.Ordinal);

    /// <summary>Adds a layer.</summary>
    /// <param name="name">Name of its result, <c>[rows, outputs]</c>.</param>
    /// <param name="rows">Its input, <c>[rows, inputs]</c>.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="weight">W, single precision, <c>[outputs, inputs]</c>.</param>
    /// <param name="bias">b, single precision, <c>[outputs]</c>.</param>
    public string Append(string name, string rows, int outputs, int inputs, ReadOnlyMemory<byte> weight, ReadOnlyMemory<byte> bias)
    {
        string offsets = graph.ConstantBytes($"{name}.bias", bias, outputs);
        if (precision == WeightPrecision.DynamicInt8)
        {
            return Quantized(name, rows, new QuantizedWeights(MemoryMarshal.Cast<byte, float>(weight.Span), outputs), offsets);
        }

        string matrix = precision == WeightPrecision.Half ? Halved($"{name}.weight", weight.Span, outputs, inputs) : graph.ConstantBytes($"{name}.weight", weight, outputs, inputs);
        return graph.Node("Gemm", name, [rows, matrix, offsets], NodeAttribute.Integer("transB", 1));
    }

    private string Halved(string name, ReadOnlySpan<byte> weight, int outputs, int inputs)
    {
        var singles = MemoryMarshal.Cast<byte, float>(weight);
        var halves = new Half[singles.Length];
        for (int index = 0; index < halves.Length; index++)
        {
            halves[index] = (Half)singles[index];
            if (Half.IsInfinity(halves[index]))
            {
                throw new NotSupportedException($"{name} holds {singles[index]:G4}, but half precision ends at {(float)Half.MaxValue}. Export this encoder with single-precision weights.");
            }
        }

        string stored = graph.Halves($"{name}.half", halves, outputs, inputs);
        return graph.Node("Cast", name, [stored], NodeAttribute.Integer("to", (long)TensorProto.Types.DataType.Float));
    }

    // In the order that ONNX Runtime recognises and runs as one operation.
    private string Quantized(string name, string rows, QuantizedWeights weights, string offsets)
    {
        string integers = $"{rows}.int8", scale = $"{rows}.scale", zero = $"{rows}.zero";
        if (_quantized.Add(rows))
        {
            graph.Node("DynamicQuantizeLinear", integers, [rows], [integers, scale, zero], []);
        }

        string weight = graph.SignedBytes($"{name}.weight", weights.Values, weights.Inputs, weights.Outputs);
        string zeros = graph.SignedBytes($"{name}.weight.zero", new sbyte[weights.Outputs], weights.Outputs);
        string scales = graph.Node("Mul", $"{name}.scale", [scale, graph.Constant($"{name}.weight.scale", weights.Scales, weights.Outputs)]);
        string sums = graph.Node("MatMulInteger", $"{name}.sums", [integers, weight, zero, zeros]);
        string singles = graph.Node("Cast", $"{name}.singles", [sums], NodeAttribute.Integer("to", (long)TensorProto.Types.DataType.Float));
        return graph.Node("Add", name, [graph.Node("Mul", $"{name}.product", [singles, scales]), offsets]);
    }
}
