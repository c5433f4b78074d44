namespace MaskedPretraining.Core.Imaging.Augmentation;

/// <summary>The operations of RandAugment that map each byte by a table, in place on pixels of red, green and blue.</summary>
internal static class ToneOperations
{
    private const int Levels = 256;
    private const int Channels = RandAugment.Channels;

    /// <summary>Stretches each channel so that its smallest byte becomes 0 and its largest 255; a channel of one value stays.</summary>
    public static void AutoContrast(Span<byte> pixels)
    {
        Span<int> histogram = stackalloc int[Levels];
        Span<byte> table = stackalloc byte[Levels];
        for (int channel = 0; channel < Channels; channel++)
        {
            Count(pixels, channel, histogram);
            int low = histogram.IndexOfAnyExcept(0), high = histogram.LastIndexOfAnyExcept(0);
            if (high > low)
            {
                // Product and sum in this order: cutting their fraction off shows what the last bit is, and Pillow's largest byte may become 254.
                double scale = 255.0 / (high - low);
                double offset = -low * scale;
                for (int level = 0; level < Levels; level++)
                {
                    table[level] = (byte)Math.Clamp((int)(level * scale + offset), 0, 255);
                }

                Map(pixels, channel, table);
            }
        }
    }

    /// <summary>
    /// Makes the levels of each channel about equally frequent: a level becomes (half a step + number of bytes below it) / step, step being 1/255 of all bytes but those of the highest
    /// level present. A channel with too few bytes for a step stays.
    /// </summary>
    public static void Equalize(Span<byte> pixels)
    {
        Span<int> histogram = stackalloc int[Levels];
        Span<byte> table = stackalloc byte[Levels];
        for (int channel = 0; channel < Channels; channel++)
        {
            Count(pixels, channel, histogram);
            int step = (pixels.Length / Channels - histogram[Math.Max(histogram.LastIndexOfAnyExcept(0), 0)]) / 255;
            if (step > 0)
            {
                int sum = step / 2;
                for (int level = 0; level < Levels; level++)
                {
                    table[level] = (byte)Math.Min(sum / step, 255);
                    sum += histogram[level];
                }

                Map(pixels, channel, table);
            }
        }
    }

    /// <summary>255 - byte.</summary>
    public static void Invert(Span<byte> pixels) => Solarize(pixels, 0);

    /// <summary>Keeps the highest bits.</summary>
    /// <param name="pixels">Changed in place.</param>
    /// <param name="bits">0 to 8.</param>
    public static void Posterize(Span<byte> pixels, int bits)
    {
        byte mask = (byte)(0xFF00 >> bits);
        foreach (ref byte value in pixels)
        {
            value &= mask;
        }
    }

    /// <summary>255 - byte for bytes from a threshold on.</summary>
    /// <param name="pixels">Changed in place.</param>
    /// <param name="threshold">0 to 256.</param>
    public static void Solarize(Span<byte> pixels, int threshold)
    {
        foreach (ref byte value in pixels)
        {
            value = value < threshold ? value : (byte)~value;
        }
    }

    /// <summary>Adds to bytes below 128, up to 255.</summary>
    /// <param name="pixels">Changed in place.</param>
    /// <param name="addend">0 to 110.</param>
    public static void SolarizeAdd(Span<byte> pixels, int addend)
    {
        foreach (ref byte value in pixels)
        {
            value = value < 128 ? (byte)(value + addend) : value;
        }
    }

    /// <summary>Replaces the bytes of all channels by what a table says.</summary>
    public static void Map(Span<byte> pixels, ReadOnlySpan<byte> table)
    {
        foreach (ref byte value in pixels)
        {
            value = table[value];
        }
    }

    private static void Map(Span<byte> pixels, int channel, ReadOnlySpan<byte> table)
    {
        for (int at = channel; at < pixels.Length; at += Channels)
        {
            pixels[at] = table[pixels[at]];
        }
    }

    private static void Count(ReadOnlySpan<byte> pixels, int channel, Span<int> histogram)
    {
        histogram.Clear();
        for (int at = channel; at < pixels.Length; at += Channels)
        {
            histogram[pixels[at]]++;
        }
    }
}
