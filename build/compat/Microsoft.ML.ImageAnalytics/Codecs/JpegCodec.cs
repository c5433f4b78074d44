using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics;

internal static unsafe partial class JpegCodec
{
    private const int FormatBgra = 8;
    private const int FormatCmyk = 11;
    private const int ColorsCmyk = 3;
    private const int ColorsYcck = 4;
    private const int Sampling420 = 2;
    private const int FatalError = 1;
    private const int BestQuality = 100;

    static JpegCodec() => NativeCodecs.Register();

    public static MLImage Decode(ReadOnlySpan<byte> file)
    {
        IntPtr handle = tjInitDecompress();
        try
        {
            fixed (byte* source = file)
            {
                if (tjDecompressHeader3(handle, source, (nuint)file.Length, out int width, out int height, out _, out int colors) != 0 && tjGetErrorCode(handle) == FatalError)
                    return null;
                if (!ImageDecoder.Fits(width, height))
                    return null;
                // Rented, because a training run decodes the same photos many times; libjpeg writes every pixel.
                byte[] pixels = ArrayPool<byte>.Shared.Rent(width * height * 4);
                bool cmyk = colors is ColorsCmyk or ColorsYcck;
                fixed (byte* target = pixels)
                {
                    // A warning means a damaged or short file: libjpeg made of it what it could.
                    int result = tjDecompress2(handle, source, (nuint)file.Length, target, width, 0, height, cmyk ? FormatCmyk : FormatBgra, 0);
                    if (result != 0 && tjGetErrorCode(handle) == FatalError)
                        return null;
                }
                if (cmyk)
                    PixelConversion.FromInvertedCmyk(pixels.AsSpan(0, width * height * 4));
                return new MLImage(width, height, MLPixelFormat.Bgra32, pixels, isRented: true);
            }
        }
        finally
        {
            tjDestroy(handle);
        }
    }

    public static byte[] Encode(int width, int height, byte[] bgra)
    {
        IntPtr handle = tjInitCompress();
        byte* encoded = null;
        try
        {
            nuint size = 0;
            fixed (byte* source = bgra)
            {
                if (tjCompress2(handle, source, width, 0, height, FormatBgra, &encoded, &size, Sampling420, BestQuality, 0) != 0)
                    throw new InvalidOperationException($"JPEG encoding failed: {Marshal.PtrToStringUTF8(tjGetErrorStr2(handle))}");
            }
            return new ReadOnlySpan<byte>(encoded, checked((int)size)).ToArray();
        }
        finally
        {
            tjFree(encoded);
            tjDestroy(handle);
        }
    }

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial IntPtr tjInitDecompress();

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial IntPtr tjInitCompress();

    // The sizes are C's unsigned long: 32 bits on Windows, where the upper half is zero and in no one's way.
    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjDecompressHeader3(IntPtr handle, byte* source, nuint size, out int width, out int height, out int sampling, out int colors);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjDecompress2(IntPtr handle, byte* source, nuint size, byte* target, int width, int pitch, int height, int format, int flags);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjCompress2(IntPtr handle, byte* source, int width, int pitch, int height, int format, byte** target, nuint* size, int sampling, int quality, int flags);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjGetErrorCode(IntPtr handle);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial IntPtr tjGetErrorStr2(IntPtr handle);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial void tjFree(byte* buffer);

    [LibraryImport(NativeCodecs.TurboJpeg)]
    private static partial int tjDestroy(IntPtr handle);
}
