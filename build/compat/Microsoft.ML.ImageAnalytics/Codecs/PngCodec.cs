using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.ImageAnalytics;

/// <summary>libpng's simplified interface: whatever the file holds (palette, grey, 16 bits, interlaced), BGRA comes out.</summary>
internal static unsafe partial class PngCodec
{
    private const uint ImageVersion = 1;
    private const uint FormatAlpha = 1;
    private const uint FormatBgra = 0x13;
    private const uint Samples16AreSrgb = 4;
    private const uint ErrorMask = 2;

    static PngCodec() => NativeCodecs.Register();

    public static MLImage Decode(ReadOnlySpan<byte> file)
    {
        PngImage image = default;
        image.Version = ImageVersion;
        fixed (byte* source = file)
        {
            try
            {
                if (png_image_begin_read_from_memory(&image, source, (nuint)file.Length) == 0)
                    return null;
                bool transparent = (image.Format & FormatAlpha) != 0;
                image.Format = FormatBgra;
                image.Flags |= Samples16AreSrgb;
                byte[] pixels = ImageDecoder.Buffer(image.Width, image.Height);
                if (pixels == null)
                    return null;
                fixed (byte* target = pixels)
                {
                    // Of a file that breaks off, the rows before the end are there.
                    if (png_image_finish_read(&image, null, target, 0, null) == 0 && !BrokeOff(image))
                        return null;
                }
                if (transparent)
                    PixelConversion.Premultiply(pixels);
                return new MLImage((int)image.Width, (int)image.Height, MLPixelFormat.Bgra32, pixels);
            }
            finally
            {
                png_image_free(&image);
            }
        }
    }

    public static byte[] Encode(int width, int height, byte[] bgra)
    {
        PngImage image = default;
        image.Version = ImageVersion;
        image.Width = (uint)width;
        image.Height = (uint)height;
        image.Format = FormatBgra;
        fixed (byte* source = bgra)
        {
            // libpng names the size in a first run and writes in a second.
            nuint size = 0;
            png_image_write_to_memory(&image, null, &size, 0, source, 0, null);
            Check(image);
            var file = new byte[size];
            fixed (byte* target = file)
                png_image_write_to_memory(&image, target, &size, 0, source, 0, null);
            Check(image);
            return file;
        }
    }

    private static bool BrokeOff(in PngImage image) => Message(image).Contains("read beyond end of data", StringComparison.Ordinal);

    private static void Check(in PngImage image)
    {
        if ((image.WarningOrError & ErrorMask) != 0)
            throw new InvalidOperationException($"PNG encoding failed: {Message(image)}");
    }

    private static string Message(in PngImage image)
    {
        fixed (byte* text = image.Message)
            return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
    }

    [LibraryImport(NativeCodecs.Png)]
    private static partial int png_image_begin_read_from_memory(PngImage* image, byte* memory, nuint size);

    [LibraryImport(NativeCodecs.Png)]
    private static partial int png_image_finish_read(PngImage* image, void* background, byte* buffer, int rowStride, void* colormap);

    [LibraryImport(NativeCodecs.Png)]
    private static partial int png_image_write_to_memory(PngImage* image, byte* memory, nuint* size, int convertTo8Bit, byte* buffer, int rowStride, void* colormap);

    [LibraryImport(NativeCodecs.Png)]
    private static partial void png_image_free(PngImage* image);

    [StructLayout(LayoutKind.Sequential)]
    private struct PngImage
    {
        public IntPtr Opaque;
        public uint Version;
        public uint Width;
        public uint Height;
        public uint Format;
        public uint Flags;
        public uint ColormapEntries;
        public uint WarningOrError;
        public fixed byte Message[64];
    }
}
