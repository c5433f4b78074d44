using System.Runtime.InteropServices;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Onnx.Encoders;
using MaskedPretraining.Onnx.Graphs;
using MaskedPretraining.Onnx.Graphs.Messages;

namespace MaskedPretraining.Onnx.Classifiers;

/// <summary>Pixels to the feature vector of a <see cref="TokenPooling"/>. Scale and shift of the normalisation come last: a mean of tokens commutes with them, and class tokens of several blocks share them.</summary>
internal sealed class PooledFeatures
{
    private const string PoolingNorm = "fc_norm";
    private readonly EncoderGraph _encoder;
    private readonly EncoderTensors _tensors;
    private readonly ImageClassifierWeights _classifier;
    private readonly GraphMath _math;
    private readonly int _width;
    private readonly int _tokens;

    public PooledFeatures(EncoderGraph encoder, EncoderTensors tensors, ImageClassifierWeights classifier)
    {
        (_encoder, _tensors, _classifier) = (encoder, tensors, classifier);
        (_width, _tokens) = (tensors.Architecture.Width, tensors.Architecture.Grid.Count + 1);
        _math = new GraphMath(encoder.Graph, "pooling", TensorProto.Types.DataType.Float);
    }

    /// <summary>Adds input, encoder and pooling.</summary>
    /// <returns>Features <c>[N, F]</c>.</returns>
    public string Append()
    {
        var pooling = _classifier.Pooling;
        bool needsPatches = pooling.Mean != PatchMean.None;
        string last = _encoder.Block(_encoder.LastBlock, _encoder.UpToLastBlock(), needsPatches ? _tokens : 1, out _);
        var parts = new List<string>();
        for (int back = pooling.ClassTokens - 1; back >= 0; back--)
        {
            string block = $"blocks.{_tensors.Architecture.Depth - 1 - back}";
            bool isClassAlone = back == 0 && !needsPatches;
            string token = isClassAlone ? last : _encoder.FirstTokens($"{block}.cls", EncoderGraph.OutputOf(block), 1);
            parts.Add(_encoder.Normalize($"{block}.cls.norm", token));
        }

        if (pooling.Mean == PatchMean.AfterNorm)
        {
            parts.Add(MeanOfPatches(_encoder.Normalize("norm", last)));
        }
        else if (pooling.Mean == PatchMean.BeforeNorm)
        {
            parts.Add(_encoder.Normalize(PoolingNorm, MeanOfPatches(last)));
        }

        string features = parts is [var only] ? only : _math.Apply("Concat", CollectionsMarshal.AsSpan(parts), NodeAttribute.Integer("axis", 1));
        return Affine(features, parts.Count);
    }

    // [N*T, D] to [N, D].
    private string MeanOfPatches(string rows)
    {
        string patches = _math.Slice(_math.Reshape(rows, -1, _tokens, _width), 1, _tokens, 1);
        return _math.Apply("ReduceMean", [patches], NodeAttribute.Integers("axes", 1), NodeAttribute.Integer("keepdims", 0));
    }

    // Normalize leaves rows divided by sqrt(D).
    private string Affine(string features, int parts)
    {
        var norm = _classifier.PoolingNorm ?? new LayerNormWeights(_tensors.Singles("norm.weight").ToArray(), _tensors.Singles("norm.bias").ToArray());
        var (scale, shift) = (new double[parts * _width], new double[parts * _width]);
        for (int index = 0; index < scale.Length; index++)
        {
            (scale[index], shift[index]) = (norm.Scale[index % _width] * Math.Sqrt(_width), norm.Shift[index % _width]);
        }

        return _math.Add(_math.Multiply(features, _math.Constant(scale, scale.Length)), _math.Constant(shift, shift.Length));
    }
}
