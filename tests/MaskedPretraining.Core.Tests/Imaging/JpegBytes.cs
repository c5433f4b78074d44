namespace MaskedPretraining.Core.Tests.Imaging;

/// <summary>Builds the head of a JPEG file by hand: enough for a reader of headers, nothing that a decoder could show.</summary>
internal static class JpegBytes
{
    /// <summary>End of image.</summary>
    public static readonly byte[] End = [0xFF, 0xD9];

    /// <summary>Start of image, an EXIF segment with one tag before the orientation, a frame header, start of scan, end of image.</summary>
    public static byte[] WithOrientation(int orientation, bool littleEndian, int width = 3, int height = 2)
    {
        byte[] U16(int value) => littleEndian ? [(byte)value, (byte)(value >> 8)] : [(byte)(value >> 8), (byte)value];
        byte[] U32(int value) => littleEndian ? [.. U16(value), 0, 0] : [0, 0, .. U16(value)];
        byte[] tiff =
        [
            .. littleEndian ? "II*\0"u8 : "MM\0*"u8,
            .. U32(8),
            .. U16(2),
            .. U16(0x010F), .. U16(2), .. U32(4), .. "abc\0"u8,
            .. U16(0x0112), .. U16(3), .. U32(1), .. U16(orientation), 0, 0,
            .. U32(0),
        ];
        return [0xFF, 0xD8, .. Segment(0xE0, "JFIF\0"u8), .. Segment(0xE1, [.. "Exif\0\0"u8, .. tiff]), .. Frame(width, height), 0xFF, 0xDA, 0, 2, .. End];
    }

    public static byte[] Segment(byte marker, ReadOnlySpan<byte> content) =>
        [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    public static byte[] Frame(int width, int height) =>
        Segment(0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]);
}
