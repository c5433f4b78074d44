using System.Numerics;

namespace MaskedPretraining.Torch.Kernels;

/// <summary>
/// What a transformer block does between matrix products, each as one sweep over rows. Widths are multiples of <see cref="IElement{T}.Count"/>. Sums over rows are made
/// row after row into single precision.
/// </summary>
internal static unsafe class RowKernels<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    private static readonly int Step = IElement<T>.Count;
    private static readonly int Half = Vector<float>.Count;

    /// <summary><c>target = source + scale bias</c> a row; a null source counts as zero.</summary>
    public static void AddBias(float* source, T* bias, float* target, int rows, int width, float scale = 1)
    {
        for (int row = 0; row < rows; row++)
        {
            long offset = (long)row * width;
            for (int i = 0; i < width; i += Step)
            {
                TElement.Load(bias + i, out var low, out var high);
                low *= scale;
                high *= scale;
                if (source is not null)
                {
                    SingleElement.Load(source + offset + i, out var sourceLow, out var sourceHigh);
                    low += sourceLow;
                    high += sourceHigh;
                }

                SingleElement.Store(target + offset + i, low, high);
            }
        }
    }

    /// <summary>Layer normalisation <c>(x - mean) / sqrt(var + eps) * scale + shift</c>; keeps mean and 1 / deviation of each row.</summary>
    public static void Normalize(float* x, T* scale, T* shift, float epsilon, T* target, float* statistics, int rows, int width)
    {
        for (int row = 0; row < rows; row++, x += width, target += width, statistics += 2)
        {
            Vector<float> sum = default, squares = default;
            for (int i = 0; i < width; i += Step)
            {
                SingleElement.Load(x + i, out var low, out var high);
                sum += low + high;
            }

            float mean = Vector.Sum(sum) / width;
            for (int i = 0; i < width; i += Step)
            {
                SingleElement.Load(x + i, out var low, out var high);
                low -= new Vector<float>(mean);
                high -= new Vector<float>(mean);
                squares += (low * low) + (high * high);
            }

            float inverse = 1 / MathF.Sqrt((Vector.Sum(squares) / width) + epsilon);
            for (int i = 0; i < width; i += Step)
            {
                SingleElement.Load(x + i, out var low, out var high);
                TElement.Load(scale + i, out var scaleLow, out var scaleHigh);
                TElement.Load(shift + i, out var shiftLow, out var shiftHigh);
                low = (low - new Vector<float>(mean)) * inverse;
                high = (high - new Vector<float>(mean)) * inverse;
                TElement.Store(target + i, Vector.FusedMultiplyAdd(low, scaleLow, shiftLow), Vector.FusedMultiplyAdd(high, scaleHigh, shiftHigh));
            }

            (statistics[0], statistics[1]) = (mean, inverse);
        }
    }

    /// <summary>Adds the gradient of <see cref="Normalize"/>'s input to <paramref name="sum"/> and those of scale and shift to their sums.</summary>
    public static void NormalizeBackward(float* gradient, float* x, float* statistics, T* scale, float* sum, float* scaleGradient, float* shiftGradient, int rows, int width)
    {
        for (int row = 0; row < rows; row++, gradient += width, x += width, sum += width, statistics += 2)
        {
            Vector<float> mean = new(statistics[0]), inverse = new(statistics[1]), total = default, projected = default;
            for (int i = 0; i < width; i += Step)
            {
                SingleElement.Load(gradient + i, out var low, out var high);
                SingleElement.Load(x + i, out var xLow, out var xHigh);
                TElement.Load(scale + i, out var scaleLow, out var scaleHigh);
                xLow = (xLow - mean) * inverse;
                xHigh = (xHigh - mean) * inverse;
                Accumulate(scaleGradient + i, low * xLow, high * xHigh);
                Accumulate(shiftGradient + i, low, high);
                low *= scaleLow;
                high *= scaleHigh;
                total += low + high;
                projected = Vector.FusedMultiplyAdd(low, xLow, Vector.FusedMultiplyAdd(high, xHigh, projected));
            }

            Vector<float> meanGradient = new(Vector.Sum(total) / width), slope = new(Vector.Sum(projected) / width);
            for (int i = 0; i < width; i += Step)
            {
                SingleElement.Load(gradient + i, out var low, out var high);
                SingleElement.Load(x + i, out var xLow, out var xHigh);
                TElement.Load(scale + i, out var scaleLow, out var scaleHigh);
                SingleElement.Load(sum + i, out var sumLow, out var sumHigh);
                low = ((low * scaleLow) - meanGradient - ((xLow - mean) * inverse * slope)) * inverse;
                high = ((high * scaleHigh) - meanGradient - ((xHigh - mean) * inverse * slope)) * inverse;
                SingleElement.Store(sum + i, sumLow + low, sumHigh + high);
            }
        }
    }

    /// <summary><c>target = GELU(x + bias)</c>, and the derivative there, all that the backward pass needs.</summary>
    /// <param name="x">May lie where <paramref name="derivative"/> is to.</param>
    /// <param name="bias">Of a row.</param>
    /// <param name="derivative">Result.</param>
    /// <param name="target">Result.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Their width.</param>
    public static void Gelu(float* x, T* bias, T* derivative, T* target, int rows, int width)
    {
        for (int row = 0; row < rows; row++, x += width, derivative += width, target += width)
        {
            for (int i = 0; i < width; i += Step)
            {
                SingleElement.Load(x + i, out var low, out var high);
                TElement.Load(bias + i, out var biasLow, out var biasHigh);
                low = VectorMath.Gelu(low + biasLow, out var derivativeLow);
                high = VectorMath.Gelu(high + biasHigh, out var derivativeHigh);
                TElement.Store(derivative + i, derivativeLow, derivativeHigh);
                TElement.Store(target + i, low, high);
            }
        }
    }

    /// <summary><c>target = gradient derivative</c>, and the sum of its rows.</summary>
    /// <param name="gradient">May lie where <paramref name="target"/> is to.</param>
    /// <param name="derivative">As <see cref="Gelu"/> left it.</param>
    /// <param name="target">Result.</param>
    /// <param name="biasGradient">Added to.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Their width.</param>
    public static void GeluBackward(float* gradient, T* derivative, T* target, float* biasGradient, int rows, int width)
    {
        for (int row = 0; row < rows; row++, gradient += width, derivative += width, target += width)
        {
            for (int i = 0; i < width; i += Step)
            {
                SingleElement.Load(gradient + i, out var low, out var high);
                TElement.Load(derivative + i, out var derivativeLow, out var derivativeHigh);
                low *= derivativeLow;
                high *= derivativeHigh;
                Accumulate(biasGradient + i, low, high);
                TElement.Store(target + i, low, high);
            }
        }
    }

    /// <summary>Rounds a matrix to what products take.</summary>
    public static void Round(float* matrix, T* target, long count)
    {
        for (long i = 0; i < count; i += Step)
        {
            SingleElement.Load(matrix + i, out var low, out var high);
            TElement.Store(target + i, low, high);
        }
    }

    /// <summary>Adds the rows of a matrix, each times <paramref name="scale"/>, to <paramref name="sums"/>.</summary>
    public static void SumRows(T* matrix, float* sums, int rows, int width, float scale = 1)
    {
        for (int row = 0; row < rows; row++, matrix += width)
        {
            for (int i = 0; i < width; i += Step)
            {
                TElement.Load(matrix + i, out var low, out var high);
                Accumulate(sums + i, low * scale, high * scale);
            }
        }
    }

    /// <summary><c>matrix *= scale</c>.</summary>
    public static void Scale(T* matrix, int rows, int width, float scale)
    {
        for (long i = 0; i < (long)rows * width; i += Step)
        {
            TElement.Load(matrix + i, out var low, out var high);
            TElement.Store(matrix + i, low * scale, high * scale);
        }
    }

    /// <summary><c>target += sums</c>.</summary>
    public static void Add(float* sums, T* target, long width)
    {
        for (long i = 0; i < width; i += Step)
        {
            TElement.Load(target + i, out var low, out var high);
            TElement.Store(target + i, low + Vector.Load(sums + i), high + Vector.Load(sums + i + Half));
        }
    }

    private static void Accumulate(float* sums, Vector<float> low, Vector<float> high)
    {
        (Vector.Load(sums) + low).Store(sums);
        (Vector.Load(sums + Half) + high).Store(sums + Half);
    }
}
