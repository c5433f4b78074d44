namespace MaskedPretraining.Core.Imaging;

/// <summary>Mirrors images left to right, for what has to happen between flip and <see cref="PatchLayout"/>.</summary>
internal static class HorizontalFlip
{
    /// <summary>Mirrors an image in place.</summary>
    /// <param name="pixels"><c>[H, width, channels]</c>.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="channels">Bytes of a pixel.</param>
    public static void Apply(Span<byte> pixels, int width, int channels)
    {
        for (int start = 0; start < pixels.Length; start += width * channels)
        {
            Span<byte> row = pixels.Slice(start, width * channels);
            for (int left = 0, right = row.Length - channels; left < right; left += channels, right -= channels)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    (row[left + channel], row[right + channel]) = (row[right + channel], row[left + channel]);
                }
            }
        }
    }
}
