namespace MaskedPretraining.Torch.Optimization;

/// <summary>Splits a flat range into slices that depend on its length alone and works on them with several threads.</summary>
internal static class FixedSlices
{
    // 64 Ki elements: six buffers of them fit a core's second-level cache, and a ViT-Ti still splits into 80.
    private const long SliceLength = 1 << 16;

    /// <param name="length">Elements in all.</param>
    /// <param name="action">Works on the elements from its first up to its second argument.</param>
    public static void ForEach(long length, Action<long, long> action)
    {
        long slices = (length + SliceLength - 1) / SliceLength;
        if (slices == 1)
        {
            action(0, length);
            return;
        }

        Parallel.For(0L, slices, slice => action(slice * SliceLength, Math.Min(length, (slice + 1) * SliceLength)));
    }

    /// <summary>Adds up what each slice gives, first slice first, so that the sum does not depend on the threads.</summary>
    /// <param name="length">Elements in all.</param>
    /// <param name="term">Works on the elements from its first up to its second argument.</param>
    public static double Sum(long length, Func<long, long, double> term)
    {
        var terms = new double[(length + SliceLength - 1) / SliceLength];
        ForEach(length, (start, end) => terms[start / SliceLength] = term(start, end));
        return terms.Sum();
    }
}
