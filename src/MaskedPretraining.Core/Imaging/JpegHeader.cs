using System.Buffers.Binary;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Walks the segments of a JPEG file up to its frame header.</summary>
internal static class JpegHeader
{
    private const byte App1 = 0xE1;
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    /// <summary>Reads size and orientation.</summary>
    /// <param name="jpeg">The whole file.</param>
    /// <param name="name">What to call it in a message.</param>
    /// <exception cref="ImageFormatException">The file ends before its frame header, breaks off behind it, or is none.</exception>
    public static ImageHeader Read(ReadOnlySpan<byte> jpeg, string name)
    {
        int orientation = 1;
        int at = 2;
        while (at + 4 <= jpeg.Length && jpeg[at] == 0xFF)
        {
            byte marker = jpeg[at + 1];
            if (marker is 0xFF)
            {
                at++;
                continue;
            }

            if (marker is 0x01 or (>= 0xD0 and <= 0xD8))
            {
                at += 2;
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (marker is StartOfScan or EndOfImage || length < 2 || at + 2 + length > jpeg.Length)
            {
                break;
            }

            ReadOnlySpan<byte> content = jpeg.Slice(at + 4, length - 2);
            if (marker == App1)
            {
                orientation = ExifOrientation.Read(content) ?? orientation;
            }
            else if (IsFrame(marker) && content.Length >= 5)
            {
                // Decoders make grey of what is missing. In a scan's data a marker cannot occur, and thumbnails lie before the frame.
                if (jpeg[(at + 2 + length)..].LastIndexOf([(byte)0xFF, EndOfImage]) < 0)
                {
                    throw new ImageFormatException(name, "the JPEG file breaks off: its end is missing. Copy it again, or remove it.");
                }

                return new ImageHeader(BinaryPrimitives.ReadUInt16BigEndian(content[3..]), BinaryPrimitives.ReadUInt16BigEndian(content[1..]), orientation);
            }

            at += 2 + length;
        }

        throw new ImageFormatException(name, "the JPEG file ends before its frame header, or is damaged there.");
    }

    // SOF0 to SOF15 without the three markers in that range that mean something else (DHT, JPG, DAC).
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
}
