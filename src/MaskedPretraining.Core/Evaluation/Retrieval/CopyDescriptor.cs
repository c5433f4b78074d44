namespace MaskedPretraining.Core.Evaluation.Retrieval;

/// <summary>The feature by which copies of an image are found (DINO, Caron et al. 2021): the class token beside the patch tokens pooled by their generalised mean.</summary>
public static class CopyDescriptor
{
    // GeM with p = 4; what lies below the floor counts as the floor, since roots of negative numbers are none.
    private const int Power = 4;
    private const float Floor = 1e-6f;

    /// <summary>Makes the descriptor of an image.</summary>
    /// <param name="classToken">Class token after the final normalisation, <c>[D]</c>.</param>
    /// <param name="patches">Patch tokens after the final normalisation, <c>[N, D]</c>, class token not counted, N at least 1.</param>
    /// <param name="destination"><c>[2 D]</c>: the class token, then <c>(mean of max(patch, 1e-6)^4)^(1/4)</c> of each channel. Not normalised.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public static void Write(ReadOnlySpan<float> classToken, ReadOnlySpan<float> patches, Span<float> destination)
    {
        int width = classToken.Length;
        if (width == 0 || patches.IsEmpty || patches.Length % width != 0 || destination.Length != 2 * width)
        {
            throw new ArgumentException($"A class token of {width} numbers, patch tokens of {patches.Length} and a descriptor of {destination.Length} do not fit together; D, N*D and 2*D are needed.");
        }

        classToken.CopyTo(destination);
        var sums = new double[width];
        for (int place = 0; place < patches.Length; place++)
        {
            double value = Math.Max(patches[place], Floor);
            sums[place % width] += value * value * value * value;
        }

        for (int channel = 0; channel < width; channel++)
        {
            destination[width + channel] = (float)Math.Pow(sums[channel] / (patches.Length / width), 1.0 / Power);
        }
    }
}
