namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>
/// The operations of RandAugment that blend an image with one that lacks something: <c>lacking + factor * (image - lacking)</c> in single precision, limited to 0..255, the fraction cut off.
/// In place on pixels of red, green and blue; keeps a buffer, not thread safe.
/// </summary>
internal sealed class EnhanceOperations
{
    private const int Channels = RandAugment.Channels;
    private byte[] _original = [];

    /// <summary>Blends with the image in grey.</summary>
    public static void Color(Span<byte> pixels, float factor)
    {
        for (int at = 0; at < pixels.Length; at += Channels)
        {
            Span<byte> pixel = pixels.Slice(at, Channels);
            int grey = Luma(pixel);
            (pixel[0], pixel[1], pixel[2]) = (Blend(grey, pixel[0], factor), Blend(grey, pixel[1], factor), Blend(grey, pixel[2], factor));
        }
    }

    /// <summary>Blends with one grey, the rounded mean of the image in grey.</summary>
    public static void Contrast(Span<byte> pixels, float factor)
    {
        long sum = 0;
        for (int at = 0; at < pixels.Length; at += Channels)
        {
            sum += Luma(pixels.Slice(at, Channels));
        }

        BlendWith((int)((double)sum / (pixels.Length / Channels) + 0.5), pixels, factor);
    }

    /// <summary>Blends with black.</summary>
    public static void Brightness(Span<byte> pixels, float factor) => BlendWith(0, pixels, factor);

    /// <summary>Blends with the image smoothed: the pixel 5 of 13 parts, each of its eight neighbours 1, rounded; the outermost pixels stay.</summary>
    public void Sharpness(Span<byte> pixels, int height, int width, float factor)
    {
        if (_original.Length < pixels.Length)
        {
            _original = new byte[pixels.Length];
        }

        pixels.CopyTo(_original);
        int rowLength = width * Channels;
        for (int y = 1; y < height - 1; y++)
        {
            ReadOnlySpan<byte> above = _original.AsSpan((y - 1) * rowLength, rowLength), row = _original.AsSpan(y * rowLength, rowLength), below = _original.AsSpan((y + 1) * rowLength, rowLength);
            Span<byte> target = pixels.Slice(y * rowLength, rowLength);
            for (int x = Channels; x < rowLength - Channels; x++)
            {
                int left = above[x - Channels] + row[x - Channels] + below[x - Channels];
                int right = above[x + Channels] + row[x + Channels] + below[x + Channels];
                int thirteen = left + above[x] + 5 * row[x] + below[x] + right;
                target[x] = Blend((2 * thirteen + 13) / 26, row[x], factor);
            }
        }
    }

    private static void BlendWith(int lacking, Span<byte> pixels, float factor)
    {
        Span<byte> table = stackalloc byte[256];
        for (int level = 0; level < table.Length; level++)
        {
            table[level] = Blend(lacking, level, factor);
        }

        ToneOperations.Map(pixels, table);
    }

    // Weights of ITU-R BT.601 in 16 bits, rounded.
    private static int Luma(ReadOnlySpan<byte> pixel) => (pixel[0] * 19595 + pixel[1] * 38470 + pixel[2] * 7471 + 0x8000) >> 16;

    private static byte Blend(int lacking, int value, float factor) => (byte)Math.Clamp(lacking + factor * (value - lacking), 0, 255);
}
