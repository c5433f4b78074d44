using System.Numerics;
using MaskedPretraining.Torch.Tensors;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>Euclidean norm of all gradients of a <see cref="ParameterArena"/> on the CPU, in one reading.</summary>
internal static unsafe class GradientNormKernel
{
    // Elements added up in single precision before the sum goes on in double.
    private const long RunLength = 1024;

    public static double Measure(ParameterArena arena)
    {
        void* gradients = TensorMemory.AddressOf(arena.Gradients);
        return Math.Sqrt(FixedSlices.Sum(arena.Length, arena.HasComputeCopy
            ? (start, end) => SquaresOfBFloat16((ushort*)gradients, start, end)
            : (start, end) => Squares((float*)gradients, start, end)));
    }

    private static double Squares(float* gradients, long start, long end)
    {
        double sum = 0;
        for (; start < end; start += RunLength)
        {
            var squares = Vector<float>.Zero;
            long stop = Math.Min(end, start + RunLength), i = start;
            for (; i <= stop - Vector<float>.Count; i += Vector<float>.Count)
            {
                var gradient = Vector.Load(gradients + i);
                squares = Vector.FusedMultiplyAdd(gradient, gradient, squares);
            }

            sum += Vector.Sum(squares);
            for (; i < stop; i++)
            {
                sum += (double)gradients[i] * gradients[i];
            }
        }

        return sum;
    }

    private static double SquaresOfBFloat16(ushort* gradients, long start, long end)
    {
        double sum = 0;
        for (; start < end; start += RunLength)
        {
            var squares = Vector<float>.Zero;
            long stop = Math.Min(end, start + RunLength), i = start;
            for (; i <= stop - Vector<ushort>.Count; i += Vector<ushort>.Count)
            {
                Vector.Widen(Vector.Load(gradients + i), out var low, out var high);
                Vector<float> first = Vector.AsVectorSingle(low << 16), second = Vector.AsVectorSingle(high << 16);
                squares = Vector.FusedMultiplyAdd(first, first, Vector.FusedMultiplyAdd(second, second, squares));
            }

            sum += Vector.Sum(squares);
            for (; i < stop; i++)
            {
                double gradient = BFloat16.ToSingle(gradients[i]);
                sum += gradient * gradient;
            }
        }

        return sum;
    }
}
