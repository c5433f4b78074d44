using System.Numerics.Tensors;

namespace MaskedPretraining.Core.Randomness;

/// <content>Distributions that augmentation draws from.</content>
public sealed partial class RandomStream
{
    // Pairs made at once: few enough for the stack, enough for vector instructions.
    private const int GaussianPairs = 256;

    /// <summary>A number of the Beta distribution of two equal parameters, symmetric about 1/2.</summary>
    /// <param name="alpha">Both parameters, above 0: 1 makes all numbers from 0 to 1 equally likely, less prefers the ends, more the middle.</param>
    public double NextBeta(double alpha)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(alpha);
        double first = NextLogGamma(alpha), second = NextLogGamma(alpha);
        return 1 / (1 + Math.Exp(second - first));
    }

    /// <summary>Fills <paramref name="numbers"/> with standard normal numbers, by vector instructions and two from each pair of draws: faster than <see cref="NextGaussian"/>, and not the same numbers.</summary>
    /// <param name="numbers">Where to.</param>
    public void FillGaussian(Span<float> numbers)
    {
        Span<float> radii = stackalloc float[GaussianPairs], angles = stackalloc float[GaussianPairs], cosines = stackalloc float[GaussianPairs];
        while (!numbers.IsEmpty)
        {
            int first = Math.Min((numbers.Length + 1) / 2, GaussianPairs), second = Math.Min(numbers.Length - first, first);
            Span<float> radius = radii[..first], angle = angles[..first], cosine = cosines[..first];
            Fill(radius);
            Fill(angle);
            // Above 0, so that it has a logarithm.
            TensorPrimitives.Subtract(1f, radius, radius);
            TensorPrimitives.Log(radius, radius);
            TensorPrimitives.Multiply(radius, -2f, radius);
            TensorPrimitives.Sqrt(radius, radius);
            TensorPrimitives.Multiply(angle, 2 * MathF.PI, angle);
            TensorPrimitives.Cos(angle, cosine);
            TensorPrimitives.Sin(angle, angle);
            TensorPrimitives.Multiply(radius, cosine, numbers);
            TensorPrimitives.Multiply(radius[..second], angle[..second], numbers[first..]);
            numbers = numbers[(first + second)..];
        }
    }

    // Marsaglia and Tsang, A simple method for generating gamma variables, 2000; below 1 their correction by a power of a uniform number, which only its logarithm survives.
    private double NextLogGamma(double shape)
    {
        double boost = 0;
        if (shape < 1)
        {
            boost = Math.Log(1 - NextDouble()) / shape;
            shape++;
        }

        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double normal = NextGaussian(), root = 1 + (c * normal);
            double cube = root * root * root;
            if (root > 0 && Math.Log(1 - NextDouble()) < (0.5 * normal * normal) + d - (d * cube) + (d * Math.Log(cube)))
            {
                return Math.Log(d * cube) + boost;
            }
        }
    }
}
