using System.Buffers.Binary;

namespace MaskedPretraining.Core.Imaging;

/// <summary>The EXIF tag that says how a camera was held, and what to do about it.</summary>
internal static class ExifOrientation
{
    private const ushort Tag = 0x0112;
    private const int EntryLength = 12;

    /// <summary>Finds the orientation in the content of a JPEG APP1 segment.</summary>
    /// <param name="segment">The content, after marker and length.</param>
    /// <returns>1 to 8; null if the segment holds none. Never throws: a damaged tag is no reason to lose a photo.</returns>
    public static int? Read(ReadOnlySpan<byte> segment)
    {
        if (!segment.StartsWith("Exif\0\0"u8))
        {
            return null;
        }

        ReadOnlySpan<byte> tiff = segment[6..];
        if (tiff.Length < 8 || !(tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8)))
        {
            return null;
        }

        bool littleEndian = tiff[0] == (byte)'I';
        uint directory = littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
        {
            return null;
        }

        int entries = Read16(tiff[(int)directory..], littleEndian);
        ReadOnlySpan<byte> rest = tiff[((int)directory + 2)..];
        for (int entry = 0; entry < entries && rest.Length >= EntryLength; entry++, rest = rest[EntryLength..])
        {
            if (Read16(rest, littleEndian) == Tag)
            {
                int orientation = Read16(rest[8..], littleEndian);
                return orientation is >= 1 and <= 8 ? orientation : null;
            }
        }

        return null;
    }

    /// <summary>Turns and mirrors an image so that it stands upright.</summary>
    /// <param name="image">The image as stored.</param>
    /// <param name="orientation">1 to 8: 1 upright, 2 mirrored left-right, 3 upside down, 4 mirrored top-bottom, 5 transposed, 6 to be turned clockwise, 7 transverse, 8 to be turned counter-clockwise.</param>
    /// <returns>The image itself for 1, otherwise a new one.</returns>
    public static RgbImage Apply(RgbImage image, int orientation)
    {
        if (orientation == 1)
        {
            return image;
        }

        bool swapsSides = orientation >= 5;
        (int width, int height) = swapsSides ? (image.Height, image.Width) : (image.Width, image.Height);
        byte[] pixels = new byte[image.Pixels.Length];
        int channels = image.Channels;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int fromX, int fromY) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, width - 1 - x),
                    7 => (height - 1 - y, width - 1 - x),
                    _ => (height - 1 - y, x),
                };
                image.Pixels.AsSpan((fromY * image.Width + fromX) * channels, channels).CopyTo(pixels.AsSpan((y * width + x) * channels));
            }
        }

        return new RgbImage(width, height, pixels, channels);
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
