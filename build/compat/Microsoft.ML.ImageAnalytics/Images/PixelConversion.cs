using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics;

internal static class PixelConversion
{
    /// <summary>B, G, R without alpha, colours divided by alpha again.</summary>
    public static byte[] ToBgr(ReadOnlySpan<byte> pixels, MLPixelFormat format)
    {
        byte[] straight = ToStraightBgra(pixels, format);
        var result = new byte[pixels.Length / 4 * 3];
        for (int from = 0, to = 0; from < straight.Length; from += 4, to += 3)
            straight.AsSpan(from, 3).CopyTo(result.AsSpan(to));
        return result;
    }

    /// <summary>B, G, R, A, colours divided by alpha again.</summary>
    public static byte[] ToStraightBgra(ReadOnlySpan<byte> pixels, MLPixelFormat format)
    {
        var result = pixels.ToArray();
        for (int i = 0; i < result.Length; i += 4)
        {
            if (format == MLPixelFormat.Rgba32)
                (result[i], result[i + 2]) = (result[i + 2], result[i]);
            int alpha = result[i + 3];
            if (alpha == 255)
                continue;
            for (int channel = i; channel < i + 3; channel++)
                result[channel] = alpha == 0 ? (byte)0 : (byte)Math.Min(255, (result[channel] * 255 + alpha / 2) / alpha);
        }
        return result;
    }

    /// <summary>Multiplies colours by alpha, in place.</summary>
    public static void Premultiply(byte[] bgra)
    {
        for (int i = 0; i < bgra.Length; i += 4)
        {
            int alpha = bgra[i + 3];
            if (alpha == 255)
                continue;
            for (int channel = i; channel < i + 3; channel++)
                bgra[channel] = (byte)((bgra[channel] * alpha + 127) / 255);
        }
    }

    /// <summary>CMYK as JPEG files hold it, inverted (255 is no ink), to opaque BGRA, in place.</summary>
    public static void FromInvertedCmyk(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += 4)
        {
            (int cyan, int magenta, int yellow, int black) = (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]);
            pixels[i] = (byte)((yellow * black + 127) / 255);
            pixels[i + 1] = (byte)((magenta * black + 127) / 255);
            pixels[i + 2] = (byte)((cyan * black + 127) / 255);
            pixels[i + 3] = 255;
        }
    }
}
