using System.Numerics.Tensors;

namespace MaskedPretraining.Core.Objectives;

/// <summary>The arithmetic of attention-guided loss weights (AttG, Sick et al. 2025).</summary>
public static class AttentionLossWeights
{
    /// <summary>Normalised map values above this count as foreground in what is told about a loss.</summary>
    public const float ForegroundThreshold = 0.5f;

    // Added to the range, and the range below which a map is flat: then it says nothing about the image, and all weights are 1.
    private const float Epsilon = 1e-8f;
    private const float FlatRange = 1e-6f;

    /// <summary>Brings the values of one map to 0..1, in place.</summary>
    /// <param name="map">The map of a whole image, any number of cells.</param>
    /// <param name="normalization">How.</param>
    public static void Normalize(Span<float> map, MapNormalization normalization)
    {
        if (normalization == MapNormalization.None || map.IsEmpty)
        {
            return;
        }

        float minimum = TensorPrimitives.Min<float>(map);
        float range = TensorPrimitives.Max<float>(map) - minimum;
        if (range < FlatRange)
        {
            map.Clear();
            return;
        }

        TensorPrimitives.Subtract(map, minimum, map);
        TensorPrimitives.Divide(map, range + Epsilon, map);
    }

    /// <summary>The weight of a patch, <c>exp(value / temperature)</c>: 1 for a value of 0.</summary>
    /// <param name="value">Normalised map value of the patch.</param>
    /// <param name="temperature">Greater than 0.</param>
    public static float Weight(float value, double temperature) => (float)Math.Exp(value / temperature);

    /// <summary>Multiplies the weights of a batch by gamma, or so that the mean weight of its masked patches is 1.</summary>
    /// <param name="weights">Weights of masked patches; entries of patches that are not masked are 0.</param>
    /// <param name="masked">Number of masked patches in the batch.</param>
    /// <param name="options">Scale and gamma.</param>
    public static void ApplyScale(Span<float> weights, int masked, AttentionLossOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        double scale = options.Scale == LossScale.Fixed ? options.Gamma : masked / Sum(weights);
        if (masked > 0 && scale != 1)
        {
            TensorPrimitives.Multiply(weights, (float)scale, weights);
        }
    }

    private static double Sum(ReadOnlySpan<float> weights)
    {
        double sum = 0;
        foreach (float weight in weights)
        {
            sum += weight;
        }

        return sum;
    }
}
