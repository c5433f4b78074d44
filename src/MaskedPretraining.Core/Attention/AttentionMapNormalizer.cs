namespace MaskedPretraining.Core.Attention;

/// <summary>Makes one map of the class token's attention to the patches in several heads (AMT, Gui et al. 2022).</summary>
public static class AttentionMapNormalizer
{
    // Keeps a constant row at zero instead of dividing by zero.
    private const double Epsilon = 1e-12;

    /// <summary>Normalises and averages the heads.</summary>
    /// <param name="attention">Softmax weights from the class token to each patch, <c>[h, N]</c>; the class token's own weight is dropped before, without renormalising.</param>
    /// <param name="heads">Number of heads h, at least 1.</param>
    /// <param name="normalization">What comes first, scaling or averaging.</param>
    /// <param name="map">Receives the map, <c>[N]</c>, each value from 0 to 1. Scaling is <c>(a - min)/(max - min + 1e-12)</c>; a constant row becomes zeros.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static void Normalize(ReadOnlySpan<float> attention, int heads, HeadNormalization normalization, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        if (attention.Length != (long)heads * map.Length)
        {
            throw new ArgumentException($"{heads} heads of {map.Length} patches need {(long)heads * map.Length} weights, but there are {attention.Length}.", nameof(attention));
        }

        bool isScaledFirst = normalization == HeadNormalization.PerHeadThenMean;
        var sum = new double[map.Length];
        for (int head = 0; head < heads; head++)
        {
            AddHead(attention.Slice(head * map.Length, map.Length), isScaledFirst, sum);
        }

        var (offset, scale) = isScaledFirst ? (0, 1) : Scaling(sum);
        for (int patch = 0; patch < map.Length; patch++)
        {
            map[patch] = isScaledFirst ? (float)(sum[patch] / heads) : (float)((sum[patch] - offset) * scale);
        }

        // The epsilon belongs to the mean's range; the sum's range is h times as large.
        (double Offset, double Scale) Scaling(double[] values)
        {
            double minimum = values.Length == 0 ? 0 : values.Min();
            double maximum = values.Length == 0 ? 0 : values.Max();
            return (minimum, 1 / (maximum - minimum + Epsilon * heads));
        }
    }

    private static void AddHead(ReadOnlySpan<float> head, bool isScaled, double[] sum)
    {
        double minimum = 0;
        double scale = 1;
        if (isScaled && !head.IsEmpty)
        {
            minimum = System.Numerics.Tensors.TensorPrimitives.Min(head);
            scale = 1 / (System.Numerics.Tensors.TensorPrimitives.Max(head) - minimum + Epsilon);
        }

        for (int patch = 0; patch < head.Length; patch++)
        {
            sum[patch] += (head[patch] - minimum) * scale;
        }
    }
}
