namespace MaskedPretraining.Torch.Training;

/// <summary>The patches of some images that are not thrown, in the order of each image, and where the masked ones are among them.</summary>
/// <param name="Numbers">Patch numbers, <c>[B, k]</c>.</param>
/// <param name="Flags">1 where a patch is masked, <c>[B, k]</c>.</param>
/// <param name="MaskedAmongKept">Rows of the masked patches among <c>[B*k]</c> patches, <c>[M]</c>, image by image in the order of the plan.</param>
/// <param name="MaskedAmongTokens">Their rows among <c>[B*(1+k)]</c> tokens.</param>
internal sealed record KeptPatches(long[] Numbers, float[] Flags, long[] MaskedAmongKept, long[] MaskedAmongTokens)
{
    private const int Thrown = -1;

    /// <param name="images">The images and their plans.</param>
    /// <param name="patches">Patches N of an image.</param>
    public static KeptPatches Of(MaskedImages images, int patches)
    {
        int count = images.Count, visible = images.Visible.Length / count, listed = images.Masked.Length / count, kept = visible + listed;
        var result = new KeptPatches(new long[count * kept], new float[count * kept], new long[images.MaskedTotal], new long[images.MaskedTotal]);
        var places = new int[patches];
        int next = 0;
        for (int image = 0; image < count; image++)
        {
            var masked = images.Masked.Span.Slice(image * listed, listed);
            Array.Fill(places, Thrown);
            Mark(places, images.Visible.Span.Slice(image * visible, visible));
            Mark(places, masked);
            Number(places, result.Numbers.AsSpan(image * kept, kept));
            foreach (long patch in masked[..images.MaskedCountOf(image)])
            {
                int place = (image * kept) + places[patch];
                result.Flags[place] = 1;
                result.MaskedAmongKept[next] = place;
                // Each image so far has a class token in front.
                result.MaskedAmongTokens[next++] = place + image + 1;
            }
        }

        return result;
    }

    private static void Mark(int[] places, ReadOnlySpan<long> patches)
    {
        foreach (long patch in patches)
        {
            places[patch] = 0;
        }
    }

    private static void Number(int[] places, Span<long> numbers)
    {
        int next = 0;
        for (int patch = 0; patch < places.Length; patch++)
        {
            if (places[patch] != Thrown)
            {
                numbers[next] = patch;
                places[patch] = next++;
            }
        }
    }
}
