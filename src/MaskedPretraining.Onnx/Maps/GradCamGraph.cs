using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Maps;

/// <summary>
/// Grad-CAM of a linear classifier over an encoder (<see cref="GradCam"/>), with the gradient written out: from the class's score back through the final normalisation (or the mean and the classifier's own one), the last block's MLP and its attention, to what the
/// block's first normalisation puts out. An ONNX runtime has no automatic differentiation.
/// </summary>
/// <remarks>q queries: the class token alone if the classifier reads it (the other tokens' rows do not reach it), else all T tokens. Weights keep PyTorch's layout [out, in], so that going back is a product without transposing.</remarks>
internal sealed class GradCamGraph
{
    private const double Epsilon = 1e-7;
    private readonly EncoderGraph _encoder;
    private readonly EncoderTensors _tensors;
    private readonly VisionTransformerOptions _architecture;
    private readonly GradCamOptions _options;
    private readonly GraphMath _math;
    private readonly Dictionary<string, string> _weights = [];
    private readonly int _tokens;
    private readonly int _queries;

    public GradCamGraph(EncoderGraph encoder, EncoderTensors tensors, GradCamOptions options)
    {
        (_encoder, _tensors, _options, _architecture) = (encoder, tensors, options, tensors.Architecture);
        _math = new GraphMath(encoder.Graph, "cam", TensorProto.Types.DataType.Float);
        _tokens = _architecture.Grid.Count + 1;
        _queries = options.UsesMeanToken ? _tokens : 1;
    }

    /// <summary>Adds the map.</summary>
    /// <param name="tokens">What the last block reads, <c>[N*T, D]</c>.</param>
    /// <returns><c>[N, P]</c>.</returns>
    public string Append(string tokens)
    {
        string block = _encoder.LastBlock;
        string normalized = _encoder.Normalize($"{block}.norm1", tokens);
        string query = Heads(_encoder.Project(block, "q", 0, _encoder.FirstTokens("cam.queries", normalized, _queries)), _queries);   // [N, h, q, d]
        string key = Heads(_encoder.Project(block, "k", 1, normalized), _tokens);                                                      // [N, h, T, d]
        string value = Heads(_encoder.Project(block, "v", 2, normalized), _tokens);
        string logits = _encoder.WithPositions(block, _math.MatMul(query, Flip(key)), _queries);
        string attention = _math.Apply("Softmax", [logits], NodeAttribute.Integer("axis", -1));                                        // [N, h, q, T]
        string attended = Linear(Merge(_math.MatMul(attention, value)), $"{block}.attn.proj", AttentionScale(block));
        attended = _math.Add(_encoder.FirstTokens("cam.tokens", tokens, _queries), attended);                                          // [N*q, D]

        string back = BackToAttention(block, attended);                                                                                // [N*q, D]
        string context = Heads(_math.MatMul(back, Weight($"{block}.attn.proj", AttentionScale(block))), _queries);                     // gradient of P V
        string probability = _math.MatMul(context, Flip(value));
        string weighted = _math.Multiply(attention, probability);
        string logit = _math.Subtract(weighted, _math.Multiply(attention, _math.Sum(weighted, 3)));
        string weights = _math.Add(
            MeanOfPatches(_math.MatMul(Flip(logit), query), "k", 1),
            MeanOfPatches(_math.MatMul(Flip(attention), context), "v", 2));
        if (_options.UsesMeanToken)
        {
            weights = _math.Add(weights, _math.Multiply(MeanOfPatches(_math.MatMul(logit, key), "q", 0), 1 / Math.Sqrt((double)_architecture.Width / _architecture.Heads)));
        }

        string activations = _math.Slice(_math.Reshape(Affine(normalized, $"{block}.norm1"), -1, _tokens, _architecture.Width), 1, _tokens, 1);
        return Scale(_math.Reshape(_math.MatMul(activations, _math.Reshape(weights, -1, _architecture.Width, 1)), -1, _architecture.Grid.Count));
    }

    // The rest of the block and the classifier forwards, then the gradient of the class's score with respect to what attention has left, [N*q, D].
    private string BackToAttention(string block, string attended)
    {
        string normalized = _encoder.Normalize($"{block}.norm2", attended);
        string inner = Linear(Affine(normalized, $"{block}.norm2"), $"{block}.mlp.fc1", null);
        string gate = _math.Multiply(_math.Add(_math.Apply("Erf", [_math.Multiply(inner, Math.Sqrt(0.5))]), _math.Number(1)), 0.5);
        string output = _math.Add(attended, Linear(_math.Multiply(inner, gate), $"{block}.mlp.fc2", MlpScale(block)));
        string back = BackToOutput(output);
        // The derivative of x Phi(x) is Phi(x) + x phi(x).
        string density = _math.Multiply(_math.Exp(_math.Multiply(_math.Multiply(inner, inner), -0.5)), 1 / Math.Sqrt(2 * Math.PI));
        string hidden = _math.Multiply(_math.MatMul(back, Weight($"{block}.mlp.fc2", MlpScale(block))), _math.Add(gate, _math.Multiply(inner, density)));
        string branch = _math.Multiply(_math.MatMul(hidden, Weight($"{block}.mlp.fc1", null)), Constant($"{block}.norm2.weight", _architecture.Width));
        return _math.Add(back, BackThroughNorm(branch, normalized, $"{block}.norm2"));
    }

    // Pooling and classifier forwards, then the gradient of the class's score with respect to what the block puts out, [N*q, D].
    private string BackToOutput(string output)
    {
        if (_options.PoolingNorm is { } norm)
        {
            string pooled = _encoder.Normalize("fc_norm", MeanOfTokens(output));
            string scale = Constant(norm.Scale);
            return Share(BackThroughNorm(_math.Multiply(ChosenRows(Affine(pooled, norm.Scale, Constant(norm.Shift))), scale), pooled, "fc_norm"));
        }

        string final = _encoder.Normalize("norm", output);
        string encoded = Affine(final, "norm");
        string gradient = _options.UsesMeanToken ? Share(ChosenRows(MeanOfTokens(encoded))) : ChosenRows(encoded);
        return BackThroughNorm(_math.Multiply(gradient, Constant("norm.weight", _architecture.Width)), final, "norm");
    }

    // The row of the classifier that belongs to the class of each feature vector, [N, D].
    private string ChosenRows(string feature)
    {
        int width = _architecture.Width;
        var probe = _options.Probe;
        double[] deviations = Array.ConvertAll(probe.RunningVariance, variance => Math.Sqrt(variance + probe.Epsilon));
        string rows = _math.Constant([.. probe.Weight.Select((weight, index) => weight / deviations[index % width])], probe.Classes, width);
        if (_options.Class is { } number)
        {
            // One row for all images: added to zeros of their number.
            return _math.Add(_math.Multiply(feature, 0), _math.Slice(rows, number, number + 1, 0));
        }

        string centred = _math.Subtract(feature, _math.Constant([.. probe.RunningMean.Select(mean => (double)mean)], width));
        string scores = _math.Apply("Gemm", [centred, rows, _math.Constant([.. probe.Bias.Select(bias => (double)bias)], probe.Classes)], NodeAttribute.Integer("transB", 1));
        return _math.Reshape(_math.Apply("Gather", [rows, _math.IndexOfLargest(scores, 1)], NodeAttribute.Integer("axis", 0)), -1, width);
    }

    // [N*T, D] to the mean over patches [N, D].
    private string MeanOfTokens(string rows) => _math.Apply(
        "ReduceMean",
        [_math.Slice(_math.Reshape(rows, -1, _tokens, _architecture.Width), 1, _tokens, 1)],
        NodeAttribute.Integers("axes", 1),
        NodeAttribute.Integer("keepdims", 0));

    // The gradient of a mean over patches [N, D] as that of the tokens [N*T, D].
    private string Share(string gradient)
    {
        double[] shares = new double[_tokens];
        Array.Fill(shares, 1.0 / _architecture.Grid.Count, 1, _tokens - 1);
        return _math.Reshape(_math.Multiply(_math.Reshape(gradient, -1, 1, _architecture.Width), _math.Constant(shares, 1, _tokens, 1)), -1, _architecture.Width);
    }

    // With n the rows over the root of their sum of squares r: (g - mean g - n (g . n)) sqrt(D) / r.
    private string BackThroughNorm(string gradient, string normalized, string name)
    {
        string mean = _math.Apply("ReduceMean", [gradient], NodeAttribute.Integers("axes", 1));
        string along = _math.Multiply(normalized, _math.Sum(_math.Multiply(gradient, normalized), 1));
        string centred = _math.Subtract(_math.Subtract(gradient, mean), along);
        return _math.Divide(_math.Multiply(centred, Math.Sqrt(_architecture.Width)), $"{name}.length");
    }

    // [N, h, T, d] to the mean over patches [N, D], and back through the projection to the features that it reads.
    private string MeanOfPatches(string heads, string letter, int third)
    {
        string patches = _math.Slice(heads, 1, _tokens, 2);
        string mean = _math.Apply("ReduceMean", [patches], NodeAttribute.Integers("axes", 2), NodeAttribute.Integer("keepdims", 0));
        string weight = _encoder.Graph.Constant($"cam.{letter}.weight", _tensors.Third($"{_encoder.LastBlock}.attn.qkv.weight", third).ToArray(), _architecture.Width, _architecture.Width);
        return _math.MatMul(_math.Reshape(mean, -1, _architecture.Width), weight);
    }

    private string Scale(string sums)
    {
        string positive = _math.Apply("Relu", [sums]);
        string least = _math.Least(positive, 1);
        string centred = _math.Subtract(positive, least);
        return _math.Divide(centred, _math.Add(_math.Largest(centred, 1), _math.Number(Epsilon)));
    }

    private string Affine(string normalized, string name) => Affine(normalized, _tensors.Singles($"{name}.weight"), Constant($"{name}.bias", _architecture.Width));

    // Scale and shift of a normalisation; Normalize leaves rows divided by sqrt(D).
    private string Affine(string normalized, ReadOnlySpan<float> scale, string shift)
    {
        double[] factors = new double[scale.Length];
        for (int index = 0; index < factors.Length; index++)
        {
            factors[index] = scale[index] * Math.Sqrt(_architecture.Width);
        }

        return _math.Add(_math.Multiply(normalized, _math.Constant(factors, factors.Length)), shift);
    }

    private string Linear(string rows, string name, string? scale) => _math.Apply(
        "Gemm", [rows, Weight(name, scale), Constant(ScaledBias(name, scale))], NodeAttribute.Integer("transB", 1));

    // Stored once for both directions, LayerScale folded in.
    private string Weight(string name, string? scale)
    {
        if (!_weights.TryGetValue(name, out string? stored))
        {
            var weight = _tensors.Singles($"{name}.weight").ToArray();
            int outputs = _tensors.Singles($"{name}.bias").Length, inputs = weight.Length / outputs;
            if (scale is not null)
            {
                var factors = _tensors.Singles(scale);
                for (int index = 0; index < weight.Length; index++)
                {
                    weight[index] *= factors[index / inputs];
                }
            }

            stored = _encoder.Graph.Constant($"cam.{name}.weight", weight, outputs, inputs);
            _weights.Add(name, stored);
        }

        return stored;
    }

    private float[] ScaledBias(string name, string? scale)
    {
        float[] bias = _tensors.Singles($"{name}.bias").ToArray();
        if (scale is not null)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(bias, _tensors.Singles(scale), bias);
        }

        return bias;
    }

    private string? AttentionScale(string block) => _architecture.LayerScale is not null && _architecture.LayerScaleOnAttention ? $"{block}.gamma_1" : null;

    private string? MlpScale(string block) => _architecture.LayerScale is not null ? $"{block}.gamma_2" : null;

    private string Constant(string tensor, int length) => _encoder.Graph.ConstantBytes(_math.Next(tensor), _tensors.Bytes(tensor), length);

    private string Constant(float[] values) => _encoder.Graph.Constant(_math.Next("bias"), values, values.Length);

    private string Heads(string features, int count) =>
        _math.Transpose(_math.Reshape(features, -1, count, _architecture.Heads, _architecture.Width / _architecture.Heads), 0, 2, 1, 3);

    // [N, h, q, d] to [N*q, D].
    private string Merge(string heads) => _math.Reshape(_math.Transpose(heads, 0, 2, 1, 3), -1, _architecture.Width);

    private string Flip(string matrices) => _math.Transpose(matrices, 0, 1, 3, 2);
}
