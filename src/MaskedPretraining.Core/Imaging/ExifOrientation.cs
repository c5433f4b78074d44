using System.Buffers;
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
    /// <param name="image">The image as stored; afterwards the upright one.</param>
    /// <param name="orientation">1 to 8: 1 upright, 2 mirrored left-right, 3 upside down, 4 mirrored top-bottom, 5 transposed, 6 to be turned clockwise, 7 transverse, 8 to be turned counter-clockwise.</param>
    public static void Apply(ImageBuffer image, int orientation)
    {
        if (orientation == 1)
        {
            return;
        }

        ReadOnlySpan<byte> pixels = image.Pixels;
        byte[] stored = ArrayPool<byte>.Shared.Rent(pixels.Length);
        pixels.CopyTo(stored);
        Turn(stored, image.Width, image.Height, image.Channels, orientation, image);
        ArrayPool<byte>.Shared.Return(stored);
    }

    private static void Turn(ReadOnlySpan<byte> stored, int storedWidth, int storedHeight, int channels, int orientation, ImageBuffer image)
    {
        // Where the upright image's first pixel is stored, and how far a step to the right and one down go from there.
        int right = storedWidth - 1;
        int last = (storedHeight - 1) * storedWidth;
        (int start, int across, int down) = orientation switch
        {
            2 => (right, -1, storedWidth),
            3 => (last + right, -1, -storedWidth),
            4 => (last, 1, -storedWidth),
            5 => (0, storedWidth, 1),
            6 => (last, -storedWidth, 1),
            7 => (last + right, -storedWidth, -1),
            _ => (right, storedWidth, -1),
        };
        (int width, int height) = orientation >= 5 ? (storedHeight, storedWidth) : (storedWidth, storedHeight);
        Span<byte> target = image.Reserve(width, height, channels);
        for (int y = 0, to = 0; y < height; y++)
        {
            int from = (start + (y * down)) * channels;
            for (int x = 0; x < width; x++, from += across * channels)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    target[to++] = stored[from + channel];
                }
            }
        }
    }

    private static ushort Read16(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
