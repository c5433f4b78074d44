using System.Numerics;

namespace MaskedPretraining.Torch.Optimization;

/// <summary>The sweep of <see cref="AdamW"/> over a range of the flat buffers. Every element is worked out alone, so that slices and vector width change nothing but the scalar rest's order.</summary>
internal static unsafe class AdamWKernel
{
    /// <summary>Updates the elements from <paramref name="start"/> up to <paramref name="end"/>; nothing if the range is empty.</summary>
    public static void Update(in AdamWBuffers buffers, in AdamWCoefficients c, long start, long end)
    {
        if (buffers.Copy is null)
        {
            UpdateSingle(buffers, c, start, end);
        }
        else
        {
            UpdateBFloat16(buffers, c, start, end);
        }
    }

    private static void UpdateSingle(in AdamWBuffers b, in AdamWCoefficients c, long start, long end)
    {
        var gradients = (float*)b.Gradients;
        long i = start;
        for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
        {
            Move(b, c, i, Vector.Load(gradients + i)).Store(b.Values + i);
            Vector<float>.Zero.Store(gradients + i);
        }

        for (; i < end; i++)
        {
            b.Values[i] = Move(b, c, i, gradients[i]);
            gradients[i] = 0;
        }
    }

    private static void UpdateBFloat16(in AdamWBuffers b, in AdamWCoefficients c, long start, long end)
    {
        var gradients = (ushort*)b.Gradients;
        int width = Vector<float>.Count;
        long i = start;
        for (; i <= end - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.Load(gradients + i), out var low, out var high);
            var first = Move(b, c, i, Vector.AsVectorSingle(low << 16));
            var second = Move(b, c, i + width, Vector.AsVectorSingle(high << 16));
            first.Store(b.Values + i);
            second.Store(b.Values + i + width);
            Vector.Narrow(BFloat16.Round(first), BFloat16.Round(second)).Store(b.Copy + i);
            Vector<ushort>.Zero.Store(gradients + i);
        }

        for (; i < end; i++)
        {
            b.Values[i] = Move(b, c, i, BFloat16.ToSingle(gradients[i]));
            b.Copy[i] = BFloat16.Round(b.Values[i]);
            gradients[i] = 0;
        }
    }

    private static Vector<float> Move(in AdamWBuffers b, in AdamWCoefficients c, long i, Vector<float> gradient)
    {
        var first = Vector.FusedMultiplyAdd(Vector.Load(b.FirstMoment + i), new Vector<float>(c.Beta1), gradient * c.GradientToFirst);
        var second = Vector.FusedMultiplyAdd(Vector.Load(b.SecondMoment + i), new Vector<float>(c.Beta2), gradient * gradient * c.GradientToSecond);
        first.Store(b.FirstMoment + i);
        second.Store(b.SecondMoment + i);
        var denominator = Vector.FusedMultiplyAdd(Vector.SquareRoot(second), new Vector<float>(c.InverseSqrtCorrection2), new Vector<float>(c.Epsilon));
        return (Vector.Load(b.Values + i) * c.Shrink) - (first * c.StepSize / denominator);
    }

    private static float Move(in AdamWBuffers b, in AdamWCoefficients c, long i, float gradient)
    {
        float first = b.FirstMoment[i] = MathF.FusedMultiplyAdd(b.FirstMoment[i], c.Beta1, gradient * c.GradientToFirst);
        float second = b.SecondMoment[i] = MathF.FusedMultiplyAdd(b.SecondMoment[i], c.Beta2, gradient * gradient * c.GradientToSecond);
        float denominator = MathF.FusedMultiplyAdd(MathF.Sqrt(second), c.InverseSqrtCorrection2, c.Epsilon);
        return (b.Values[i] * c.Shrink) - (first * c.StepSize / denominator);
    }
}
