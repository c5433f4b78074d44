using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics;

internal static class PixelConversion
{
    /// <summary>B, G, R without alpha, colours divided by alpha again.</summary>
    public static byte[] ToBgr(byte[] pixels, MLPixelFormat format)
    {
        byte[] straight = ToStraightBgra(pixels, format);
        var result = new byte[pixels.Length / 4 * 3];
        for (int from = 0, to = 0; from < straight.Length; from += 4, to += 3)
            straight.AsSpan(from, 3).CopyTo(result.AsSpan(to));
        return result;
    }

    /// <summary>B, G, R, A, colours divided by alpha again.</summary>
    public static byte[] ToStraightBgra(byte[] pixels, MLPixelFormat format)
    {
        var result = (byte[])pixels.Clone();
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

    /// <summary>CMYK as JPEG files hold it, inverted (255 is no ink), to opaque BGRA.</summary>
    public static byte[] FromInvertedCmyk(byte[] cmyk)
    {
        var bgra = new byte[cmyk.Length];
        for (int i = 0; i < cmyk.Length; i += 4)
        {
            int black = cmyk[i + 3];
            bgra[i] = (byte)((cmyk[i + 2] * black + 127) / 255);
            bgra[i + 1] = (byte)((cmyk[i + 1] * black + 127) / 255);
            bgra[i + 2] = (byte)((cmyk[i] * black + 127) / 255);
            bgra[i + 3] = 255;
        }
        return bgra;
    }
}
