using System.Numerics.Tensors;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Attention;

/// <summary>Makes one map of the class token's attention to the patches in several heads (AMT, Gui et al. 2022; DINO, Caron et al. 2021).</summary>
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
    public static void Normalize(ReadOnlySpan<float> attention, int heads, HeadNormalization normalization, Span<float> map) =>
        Normalize(attention, heads, new ClassAttentionOptions { Normalization = normalization }, map);

    /// <summary>Normalises and pools the heads.</summary>
    /// <param name="attention">Softmax weights from the class token to each patch, <c>[h, N]</c>; the class token's own weight is dropped before, without renormalising.</param>
    /// <param name="heads">Number of heads h, at least 1.</param>
    /// <param name="options">Which heads, what of them, and in which order.</param>
    /// <param name="map">Receives the map, <c>[N]</c>, each value from 0 to 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    /// <exception cref="InvalidOptionsException">An option lies outside its range.</exception>
    public static void Normalize(ReadOnlySpan<float> attention, int heads, ClassAttentionOptions options, Span<float> map)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        if (attention.Length != (long)heads * map.Length)
        {
            throw new ArgumentException($"{heads} heads of {map.Length} patches need {(long)heads * map.Length} weights, but there are {attention.Length}.", nameof(attention));
        }

        var errors = new OptionErrors();
        options.Validate(errors, heads);
        errors.ThrowIfAny(nameof(ClassAttentionOptions));
        double[] pooled = new double[map.Length];
        double[] row = new double[map.Length];
        var (first, count) = options.Head is { } head ? (head, 1) : (0, heads);
        for (int number = first; number < first + count; number++)
        {
            TensorPrimitives.ConvertTruncating(attention.Slice(number * map.Length, map.Length), row);
            if (options.MassThreshold is { } share)
            {
                KeepMass(row, share);
            }

            if (options.Normalization == HeadNormalization.PerHeadThenMean)
            {
                ScaleToUnit(row);
            }

            for (int patch = 0; patch < row.Length; patch++)
            {
                pooled[patch] = options.Pooling == HeadPooling.Max ? Math.Max(pooled[patch], row[patch]) : pooled[patch] + row[patch] / count;
            }
        }

        if (options.Normalization == HeadNormalization.MeanThenMinMax)
        {
            ScaleToUnit(pooled);
        }

        TensorPrimitives.ConvertTruncating<double, float>(pooled, map);
    }

    /// <summary>Zeroes the patches with the least attention: in ascending order, those up to which the sum is at most 1 - <paramref name="share"/> of the row's.</summary>
    internal static void KeepMass(Span<double> row, double share)
    {
        double sum = TensorPrimitives.Sum<double>(row);
        double[] values = row.ToArray();
        double cumulative = 0;
        foreach (int patch in Enumerable.Range(0, values.Length).OrderBy(patch => values[patch]))
        {
            cumulative += values[patch];
            if (!(cumulative / sum > 1 - share))
            {
                row[patch] = 0;
            }
        }
    }

    private static void ScaleToUnit(Span<double> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        double least = TensorPrimitives.Min<double>(values);
        double scale = 1 / (TensorPrimitives.Max<double>(values) - least + Epsilon);
        foreach (ref double value in values)
        {
            value = (value - least) * scale;
        }
    }
}
