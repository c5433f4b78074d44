namespace MaskedPretraining.Torch.Training;

/// <summary>Numbers of tokens: 0 is the class token, patch n is n + 1.</summary>
internal static class TokenNumbers
{
    /// <param name="patches">Patch numbers.</param>
    public static long[] Of(ReadOnlySpan<long> patches)
    {
        var tokens = new long[patches.Length];
        for (int i = 0; i < patches.Length; i++)
        {
            tokens[i] = patches[i] + 1;
        }

        return tokens;
    }

    /// <summary>With the class token in front of each image's patches.</summary>
    /// <param name="count">Images B.</param>
    /// <param name="patches">Patch numbers <c>[B, k]</c>.</param>
    /// <returns><c>[B, 1+k]</c>.</returns>
    public static long[] WithClass(int count, ReadOnlySpan<long> patches)
    {
        int perImage = patches.Length / count;
        var tokens = new long[count * (1 + perImage)];
        for (int i = 0; i < patches.Length; i++)
        {
            tokens[i + (i / perImage) + 1] = patches[i] + 1;
        }

        return tokens;
    }
}
