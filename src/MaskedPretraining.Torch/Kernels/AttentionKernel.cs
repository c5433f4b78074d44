using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MaskedPretraining.Torch.Runtime;

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
    // Below any logit.
    private const float NeverChosen = -1e30f;
    private readonly int _tokens;
    private readonly int _padded;
    private readonly int _covered;
    private readonly int _heads;
    private readonly int _headWidth;
    private readonly int _width;
    private readonly float _scale;
    private readonly Vector<int> _valid;
    private readonly float* _scratch;
    private readonly float* _query;
    private readonly float* _key;
    private readonly float* _value;
    private readonly float* _output;
    private readonly float* _result;
    private readonly float* _transposed;
    private readonly float* _logits;

    /// <param name="tokens">Tokens n of an image.</param>
    /// <param name="heads">Heads h.</param>
    /// <param name="headWidth">Width of a head, a multiple of <see cref="IElement{T}.Count"/>.</param>
    public AttentionKernel(int tokens, int heads, int headWidth)
    {
        int lanes = Vector<float>.Count;
        (_tokens, _heads, _headWidth, _width) = (tokens, heads, headWidth, heads * headWidth);
        _covered = (tokens + lanes - 1) / lanes * lanes;
        int step = WideProduct.Suits(Vector512<float>.Count) ? Vector512<float>.Count : lanes;
        _padded = (tokens + step - 1) / step * step;
        _scale = 1 / MathF.Sqrt(headWidth);
        for (int lane = 0; lane < lanes - (_covered - tokens); lane++)
        {
            _valid = _valid.WithElement(lane, -1);
        }

        int matrix = tokens * headWidth;
        _scratch = (float*)NativeMemory.AlignedAlloc((nuint)((5 * matrix) + (headWidth * _padded) + (tokens * _padded)) * sizeof(float), 64);
        _query = _scratch;
        _key = _query + matrix;
        _value = _key + matrix;
        _output = _value + matrix;
        _result = _output + matrix;
        _transposed = _result + matrix;
        _logits = _transposed + (headWidth * _padded);
    }

    /// <summary>Numbers that the probabilities of one image take.</summary>
    public long ProbabilitiesPerImage => (long)_heads * _tokens * _padded;

    /// <summary>Works out attention.</summary>
    /// <param name="qkv">Rows <c>[B*n, 3D]</c>.</param>
    /// <param name="probabilities">Kept for <see cref="Backward"/>: <see cref="ProbabilitiesPerImage"/> an image.</param>
    /// <param name="attended">Rows <c>[B*n, D]</c>.</param>
    /// <param name="images">B.</param>
    /// <param name="bias">Added to the logits.</param>
    public void Forward(float* qkv, float* probabilities, T* attended, int images, LogitBias bias = default)
    {
        using var stage = StageClock.Time(StepStage.Attention);
        for (int image = 0; image < images; image++, qkv += 3 * _width * _tokens, attended += _width * _tokens)
        {
            for (int head = 0; head < _heads; head++, probabilities += _tokens * _padded)
            {
                float* part = qkv + (head * _headWidth);
                Take(part, _query, _scale);
                Take(part + _width, _key, 1);
                Take(part + (2 * _width), _value, 1);
                Transpose(_key);
                SmallProduct.Multiply(_query, _headWidth, 1, _transposed, _padded, probabilities, _padded, _tokens, _padded, _headWidth);
                if (!bias.IsEmpty)
                {
                    AddRows(bias.Of(image, head, _tokens), _tokens, probabilities, _padded);
                }

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
    /// <param name="biasGradient">That of the logits' bias is added to it.</param>
    public void Backward(float* gradient, float* qkv, float* probabilities, T* qkvGradient, int images, LogitBias biasGradient = default)
    {
        using var stage = StageClock.Time(StepStage.Attention);
        int stride = 3 * _width;
        for (int image = 0; image < images; image++, qkv += stride * _tokens, qkvGradient += stride * _tokens, gradient += _width * _tokens)
        {
            for (int head = 0; head < _heads; head++, probabilities += _tokens * _padded)
            {
                float* part = qkv + (head * _headWidth);
                T* result = qkvGradient + (head * _headWidth);
                Take(part, _query, _scale);
                Take(part + _width, _key, 1);
                Take(part + (2 * _width), _value, 1);
                Take(gradient + (head * _headWidth), _output, 1, _width);
                SmallProduct.Multiply(probabilities, 1, _padded, _output, _headWidth, _result, _headWidth, _tokens, _headWidth, _tokens);
                Give(_result, result + (2 * _width), stride, 1);
                Transpose(_value);
                SmallProduct.Multiply(_output, _headWidth, 1, _transposed, _padded, _logits, _padded, _tokens, _padded, _headWidth);
                SoftmaxBackward(probabilities);
                if (!biasGradient.IsEmpty)
                {
                    AddRows(_logits, _padded, biasGradient.Of(image, head, _tokens), _tokens);
                }

                SmallProduct.Multiply(_logits, _padded, 1, _key, _headWidth, _result, _headWidth, _tokens, _headWidth, _tokens);
                Give(_result, result, stride, _scale);
                SmallProduct.Multiply(_logits, 1, _padded, _query, _headWidth, _result, _headWidth, _tokens, _headWidth, _tokens);
                Give(_result, result + _width, stride, 1);
            }
        }
    }

    public void Dispose() => NativeMemory.AlignedFree(_scratch);

    private void Take(float* rows, float* target, float scale) => Take(rows, target, scale, 3 * _width);

    private void Take(float* rows, float* target, float scale, int stride)
    {
        int tokens = _tokens, width = _headWidth;
        for (int row = 0; row < tokens; row++, rows += stride, target += width)
        {
            for (int i = 0; i < width; i += IElement<T>.Count)
            {
                SingleElement.Load(rows + i, out var low, out var high);
                SingleElement.Store(target + i, low * scale, high * scale);
            }
        }
    }

    private void Give(float* source, T* rows, int stride, float scale)
    {
        int tokens = _tokens, width = _headWidth;
        for (int row = 0; row < tokens; row++, rows += stride, source += width)
        {
            for (int i = 0; i < width; i += IElement<T>.Count)
            {
                SingleElement.Load(source + i, out var low, out var high);
                TElement.Store(rows + i, low * scale, high * scale);
            }
        }
    }

    /// <summary>Adds a matrix <c>[n, n]</c> to another.</summary>
    private void AddRows(float* source, int sourceStride, float* target, int targetStride)
    {
        int lanes = Vector<float>.Count, tokens = _tokens;
        for (int row = 0; row < tokens; row++, source += sourceStride, target += targetStride)
        {
            int i = 0;
            for (; i + lanes <= tokens; i += lanes)
            {
                (Vector.Load(target + i) + Vector.Load(source + i)).Store(target + i);
            }

            for (; i < tokens; i++)
            {
                target[i] += source[i];
            }
        }
    }

    /// <summary>Transposes <c>[n, d]</c> to <c>[d, padded n]</c>, zeros behind.</summary>
    private void Transpose(float* matrix)
    {
        // Locals: the compiler cannot know that the stores leave the fields alone.
        int tokens = _tokens, width = _headWidth, padded = _padded;
        float* transposed = _transposed;
        for (int token = 0; token < tokens; token++, matrix += width, transposed++)
        {
            float* target = transposed;
            for (int i = 0; i < width; i += 4, target += 4 * padded)
            {
                target[0] = matrix[i];
                target[padded] = matrix[i + 1];
                target[2 * padded] = matrix[i + 2];
                target[3 * padded] = matrix[i + 3];
            }
        }

        for (int token = tokens; token < padded; token++, transposed++)
        {
            for (int i = 0; i < width; i++)
            {
                transposed[i * padded] = 0;
            }
        }
    }

    private void Softmax(float* logits)
    {
        int lanes = Vector<float>.Count, tokens = _tokens, padded = _padded, covered = _covered, last = covered - lanes;
        for (int row = 0; row < tokens; row++, logits += padded)
        {
            // Columns behind the last token never win and get a probability of exactly 0: denormal numbers cost a hundred times as much.
            Vector.ConditionalSelect(_valid, Vector.Load(logits + last), new Vector<float>(NeverChosen)).Store(logits + last);
            var highest = Vector.Load(logits);
            for (int i = lanes; i < covered; i += lanes)
            {
                highest = Vector.MaxNative(highest, Vector.Load(logits + i));
            }

            var top = new Vector<float>(Highest(highest));
            Vector<float> sum = default;
            for (int i = 0; i < covered; i += lanes)
            {
                var power = VectorMath.Exp(Vector.Load(logits + i) - top);
                sum += power;
                power.Store(logits + i);
            }

            var lastPowers = Vector.ConditionalSelect(_valid, Vector.Load(logits + last), Vector<float>.Zero);
            sum -= Vector.Load(logits + last) - lastPowers;
            lastPowers.Store(logits + last);
            float inverse = 1 / Vector.Sum(sum);
            for (int i = 0; i < covered; i += lanes)
            {
                (Vector.Load(logits + i) * inverse).Store(logits + i);
            }
        }
    }

    private static float Highest(Vector<float> values)
    {
        // Halves against each other until four lanes are left; the sizes are constants to the compiler.
        var eight = Vector<float>.Count == Vector512<float>.Count ? Vector256.MaxNative(values.AsVector512().GetLower(), values.AsVector512().GetUpper()) : values.AsVector256();
        var four = Vector<float>.Count == Vector128<float>.Count ? values.AsVector128() : Vector128.MaxNative(eight.GetLower(), eight.GetUpper());
        four = Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(four, Vector128.Shuffle(four, Vector128.Create(1, 0, 3, 2)))[0];
    }

    /// <summary>Gradients of probabilities become gradients of logits: <c>p (g - sum of p g)</c> a row.</summary>
    private void SoftmaxBackward(float* probabilities)
    {
        int lanes = Vector<float>.Count, tokens = _tokens, padded = _padded, covered = _covered;
        float* gradient = _logits;
        for (int row = 0; row < tokens; row++, probabilities += padded, gradient += padded)
        {
            Vector<float> sum = default;
            for (int i = 0; i < covered; i += lanes)
            {
                sum = Vector.FusedMultiplyAdd(Vector.Load(probabilities + i), Vector.Load(gradient + i), sum);
            }

            var mean = new Vector<float>(Vector.Sum(sum));
            for (int i = 0; i < covered; i += lanes)
            {
                (Vector.Load(probabilities + i) * (Vector.Load(gradient + i) - mean)).Store(gradient + i);
            }
        }
    }
}
