using System.Numerics;
using System.Runtime.InteropServices;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>
/// Multi-head attention of short sequences, straight from the rows <c>[q | k | v]</c> that a block's first product makes and into rows that its second reads: an image and head at a time, all of
/// it in cache, no rearranged copies. Probabilities are kept for the backward pass.
/// </summary>
/// <remarks>One thread at a time: the scratch memory is its own.</remarks>
internal sealed unsafe class AttentionKernel<T, TElement> : IDisposable
    where T : unmanaged
    where TElement : IElement<T>
{
    private readonly int _tokens;
    private readonly int _padded;
    private readonly int _heads;
    private readonly int _headWidth;
    private readonly int _width;
    private readonly float _scale;
    private readonly float* _scratch;
    private readonly float* _query;
    private readonly float* _key;
    private readonly float* _value;
    private readonly float* _output;
    private readonly float* _result;
    private readonly float* _turned;
    private readonly float* _logits;

    /// <param name="tokens">Tokens n of an image.</param>
    /// <param name="heads">Heads h.</param>
    /// <param name="headWidth">Width of a head, a multiple of <see cref="IElement{T}.Count"/>.</param>
    public AttentionKernel(int tokens, int heads, int headWidth)
    {
        int lanes = Vector<float>.Count;
        (_tokens, _heads, _headWidth, _width) = (tokens, heads, headWidth, heads * headWidth);
        _padded = (tokens + lanes - 1) / lanes * lanes;
        _scale = 1 / MathF.Sqrt(headWidth);
        int matrix = tokens * headWidth;
        _scratch = (float*)NativeMemory.AlignedAlloc((nuint)((5 * matrix) + (headWidth * _padded) + (tokens * _padded)) * sizeof(float), 64);
        _query = _scratch;
        _key = _query + matrix;
        _value = _key + matrix;
        _output = _value + matrix;
        _result = _output + matrix;
        _turned = _result + matrix;
        _logits = _turned + (headWidth * _padded);
    }

    /// <summary>Numbers that the probabilities of one image take.</summary>
    public int ProbabilitiesPerImage => _heads * _tokens * _padded;

    /// <summary>Works out attention.</summary>
    /// <param name="qkv">Rows <c>[B*n, 3D]</c>.</param>
    /// <param name="probabilities">Kept for <see cref="Backward"/>: <see cref="ProbabilitiesPerImage"/> an image.</param>
    /// <param name="attended">Rows <c>[B*n, D]</c>.</param>
    /// <param name="images">B.</param>
    public void Forward(T* qkv, float* probabilities, T* attended, int images)
    {
        for (int image = 0; image < images; image++, qkv += 3 * _width * _tokens, attended += _width * _tokens)
        {
            for (int head = 0; head < _heads; head++, probabilities += _tokens * _padded)
            {
                T* part = qkv + (head * _headWidth);
                Take(part, _query, _scale);
                Take(part + _width, _key, 1);
                Take(part + (2 * _width), _value, 1);
                Turn(_key);
                SmallProduct.Multiply(_query, _headWidth, 1, _turned, _padded, probabilities, _padded, _tokens, _padded, _headWidth);
                Softmax(probabilities);
                SmallProduct.Multiply(probabilities, _padded, 1, _value, _headWidth, _result, _headWidth, _tokens, _headWidth, _tokens);
                Give(_result, attended + (head * _headWidth), _width, 1);
            }
        }
    }

    /// <summary>Works out the gradient of the rows <c>[q | k | v]</c>.</summary>
    /// <param name="gradient">Of the attended rows, <c>[B*n, D]</c>.</param>
    /// <param name="qkv">As given to <see cref="Forward"/>.</param>
    /// <param name="probabilities">As left by <see cref="Forward"/>.</param>
    /// <param name="qkvGradient">Result, <c>[B*n, 3D]</c>.</param>
    /// <param name="images">B.</param>
    public void Backward(T* gradient, T* qkv, float* probabilities, T* qkvGradient, int images)
    {
        int stride = 3 * _width;
        for (int image = 0; image < images; image++, qkv += stride * _tokens, qkvGradient += stride * _tokens, gradient += _width * _tokens)
        {
            for (int head = 0; head < _heads; head++, probabilities += _tokens * _padded)
            {
                T* part = qkv + (head * _headWidth), result = qkvGradient + (head * _headWidth);
                Take(part, _query, _scale);
                Take(part + _width, _key, 1);
                Take(part + (2 * _width), _value, 1);
                Take(gradient + (head * _headWidth), _output, 1, _width);
                SmallProduct.Multiply(probabilities, 1, _padded, _output, _headWidth, _result, _headWidth, _tokens, _headWidth, _tokens);
                Give(_result, result + (2 * _width), stride, 1);
                Turn(_value);
                SmallProduct.Multiply(_output, _headWidth, 1, _turned, _padded, _logits, _padded, _tokens, _padded, _headWidth);
                SoftmaxBackward(probabilities);
                SmallProduct.Multiply(_logits, _padded, 1, _key, _headWidth, _result, _headWidth, _tokens, _headWidth, _tokens);
                Give(_result, result, stride, _scale);
                SmallProduct.Multiply(_logits, 1, _padded, _query, _headWidth, _result, _headWidth, _tokens, _headWidth, _tokens);
                Give(_result, result + _width, stride, 1);
            }
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_scratch);

    private void Take(T* rows, float* target, float scale) => Take(rows, target, scale, 3 * _width);

    private void Take(T* rows, float* target, float scale, int stride)
    {
        for (int row = 0; row < _tokens; row++, rows += stride, target += _headWidth)
        {
            for (int i = 0; i < _headWidth; i += IElement<T>.Count)
            {
                TElement.Load(rows + i, out var low, out var high);
                SingleElement.Store(target + i, low * scale, high * scale);
            }
        }
    }

    private void Give(float* source, T* rows, int stride, float scale)
    {
        for (int row = 0; row < _tokens; row++, rows += stride, source += _headWidth)
        {
            for (int i = 0; i < _headWidth; i += IElement<T>.Count)
            {
                SingleElement.Load(source + i, out var low, out var high);
                TElement.Store(rows + i, low * scale, high * scale);
            }
        }
    }

    /// <summary>Transposes <c>[n, d]</c> to <c>[d, padded n]</c>, zeros behind.</summary>
    private void Turn(float* matrix)
    {
        for (int i = 0; i < _headWidth; i++)
        {
            float* target = _turned + (i * _padded), source = matrix + i;
            int token = 0;
            for (; token < _tokens; token++, source += _headWidth)
            {
                target[token] = *source;
            }

            for (; token < _padded; token++)
            {
                target[token] = 0;
            }
        }
    }

    private void Softmax(float* logits)
    {
        int lanes = Vector<float>.Count;
        for (int row = 0; row < _tokens; row++, logits += _padded)
        {
            // The columns behind the last token never win and count nothing.
            new Span<float>(logits + _tokens, _padded - _tokens).Fill(float.NegativeInfinity);
            var highest = Vector.Load(logits);
            for (int i = lanes; i < _padded; i += lanes)
            {
                highest = Vector.Max(highest, Vector.Load(logits + i));
            }

            float top = highest[0];
            for (int i = 1; i < lanes; i++)
            {
                top = MathF.Max(top, highest[i]);
            }

            for (int i = 0; i < _padded; i += lanes)
            {
                VectorMath.Exp(Vector.Load(logits + i) - new Vector<float>(top)).Store(logits + i);
            }

            new Span<float>(logits + _tokens, _padded - _tokens).Clear();
            Vector<float> sum = default;
            for (int i = 0; i < _padded; i += lanes)
            {
                sum += Vector.Load(logits + i);
            }

            float inverse = 1 / Vector.Sum(sum);
            for (int i = 0; i < _padded; i += lanes)
            {
                (Vector.Load(logits + i) * inverse).Store(logits + i);
            }
        }
    }

    /// <summary>Gradients of probabilities become gradients of logits: <c>p (g - sum of p g)</c> a row.</summary>
    private void SoftmaxBackward(float* probabilities)
    {
        int lanes = Vector<float>.Count;
        float* gradient = _logits;
        for (int row = 0; row < _tokens; row++, probabilities += _padded, gradient += _padded)
        {
            Vector<float> sum = default;
            for (int i = 0; i < _padded; i += lanes)
            {
                sum = Vector.FusedMultiplyAdd(Vector.Load(probabilities + i), Vector.Load(gradient + i), sum);
            }

            var mean = new Vector<float>(Vector.Sum(sum));
            for (int i = 0; i < _padded; i += lanes)
            {
                (Vector.Load(probabilities + i) * (Vector.Load(gradient + i) - mean)).Store(gradient + i);
            }
        }
    }
}
