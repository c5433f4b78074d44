using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics;

internal static class ImageDecoder
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Null for what is no JPEG and no PNG, or one without a usable header. Of a file that breaks off there is what came before.</summary>
    public static MLImage Decode(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(PngSignature))
            return PngCodec.Decode(file);
        return file.Length > 2 && file[0] == 0xFF && file[1] == 0xD8 ? JpegCodec.Decode(file) : null;
    }

    /// <summary>Bytes of a 4-channel image; null when a .NET array cannot hold them.</summary>
    public static byte[] Buffer(long width, long height) => Fits(width, height) ? new byte[width * height * 4] : null;

    /// <summary>Whether a .NET array can hold the bytes of a 4-channel image.</summary>
    public static bool Fits(long width, long height) => width > 0 && height > 0 && width * height <= Array.MaxLength / 4;
}
