using System.Globalization;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Onnx.Scoring;

/// <summary>Compares an exported model with the network it was made from, so that no model leaves that computes something else.</summary>
public static class ExportCheck
{
    /// <summary>Tolerance for features: two single-precision runs of a transformer in different order of summation differ by about 1e-6 a block; a wrong epsilon or activation by 1e-3 and more.</summary>
    public const double FeatureTolerance = 1e-4;

    /// <summary>Tolerance for features of an encoder with half-precision weights: a weight is off by up to 2^-11 of itself, which made 1e-3 in a ViT-Ti.</summary>
    public const double HalfTolerance = 1e-2;

    /// <summary>Tolerance for features of an encoder with 8-bit weights: weights and tokens are off by up to 1/254 of the largest of their row and tensor, which made 3e-2 in a ViT-Ti; one layer with half its scale exceeds it.</summary>
    public const double Int8Tolerance = 0.2;

    /// <summary>Tolerance for attention maps: scaling a nearly constant row to 0..1 magnifies rounding by the ratio of its mean to its range, a few hundred in an untrained network.</summary>
    public const double MapTolerance = 1e-2;

    /// <summary>Random whole-number pixels in 0..255, <c>[count, C, H, W]</c>.</summary>
    /// <param name="architecture">For C, H and W.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="seed">The same seed gives the same pixels.</param>
    public static float[] RandomPixels(VisionTransformerOptions architecture, int count, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        float[] pixels = new float[checked(count * architecture.Channels * architecture.ImageHeight * architecture.ImageWidth)];
        var random = new RandomStream(seed, RandomPurpose.Scene, 0, 0);
        foreach (ref float pixel in pixels.AsSpan())
        {
            pixel = random.NextInt32(256);
        }

        return pixels;
    }

    /// <summary>Runs a model and compares every output given.</summary>
    /// <param name="path">Path of the model.</param>
    /// <param name="rows">Its input rows.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="expected">The outputs of the network it was made from.</param>
    /// <exception cref="InvalidOperationException">An output differs; the message names each such output, its difference and its tolerance.</exception>
    public static void Compare(string path, ReadOnlyMemory<float> rows, int count, IReadOnlyList<ExpectedOutput> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        using var scorer = new OnnxScorer(path);
        var wrong = new List<string>();
        foreach (var output in expected)
        {
            float[] actual = scorer.Score(rows, count, output.Name);
            if (actual.Length != output.Values.Length)
            {
                wrong.Add($"{output.Name} has {actual.Length} numbers instead of {output.Values.Length}");
            }
            else if (RelativeDifference(actual, output.Values.Span) is var difference && !(difference <= output.Tolerance))
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{output.Name} differs by {difference:G3} of its largest value (tolerance {output.Tolerance:G3})"));
            }
        }

        if (wrong.Count > 0)
        {
            throw new InvalidOperationException($"The exported model '{path}' does not compute what the network computes: {string.Join("; ", wrong)}. Do not use it; check that weights and architecture belong together.");
        }
    }

    // NaN on either side makes the result NaN, which no tolerance admits.
    private static double RelativeDifference(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        double largest = 0;
        double difference = 0;
        for (int index = 0; index < actual.Length; index++)
        {
            largest = Math.Max(largest, Math.Abs((double)expected[index]));
            difference = Math.Max(difference, Math.Abs((double)actual[index] - expected[index]));
        }

        return difference == 0 ? 0 : difference / largest;
    }
}
