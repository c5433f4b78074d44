using System.Buffers.Binary;

namespace MaskedPretraining.Core.Imaging;

/// <summary>What the first bytes of an encoded image say: enough to refuse nonsense before a decoder sees it, and to turn photos upright.</summary>
/// <param name="Width">Pixels in a row as stored; 0 if unknown.</param>
/// <param name="Height">Rows as stored; 0 if unknown.</param>
/// <param name="Orientation">EXIF orientation 1 to 8; 1 is upright and stands for none.</param>
internal readonly record struct ImageHeader(int Width, int Height, int Orientation)
{
    /// <summary>The most pixels an image may have; beyond it a small file could take all memory.</summary>
    public const long MaxPixels = 1L << 28;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Reads the header of a JPEG or PNG file.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="name">What to call it in a message.</param>
    /// <exception cref="ImageFormatException">The bytes are no image, end early, or promise more than <see cref="MaxPixels"/>.</exception>
    public static ImageHeader Read(ReadOnlySpan<byte> encoded, string name)
    {
        ImageHeader header = encoded switch
        {
            [] => throw new ImageFormatException(name, "the file is empty."),
            [0xFF, 0xD8, 0xFF, ..] => JpegHeader.Read(encoded, name),
            _ when encoded.StartsWith(PngSignature) => ReadPng(encoded, name),
            // Other formats are left to the decoder; plain text and web pages saved as .jpg are not.
            _ when IsText(encoded) => throw new ImageFormatException(name, "it is a text file."),
            _ => new ImageHeader(0, 0, 1),
        };
        return (long)header.Width * header.Height <= MaxPixels
            ? header
            : throw new ImageFormatException(name, $"its header says {header.Width}x{header.Height} pixels, more than {MaxPixels}.");
    }

    private static ImageHeader ReadPng(ReadOnlySpan<byte> encoded, string name)
    {
        // Signature (8), length and type of the first chunk (8), width (4), height (4).
        if (encoded.Length < 24 || !encoded.Slice(12, 4).SequenceEqual("IHDR"u8))
        {
            throw new ImageFormatException(name, "the PNG file ends in its header.");
        }

        if (encoded.LastIndexOf("IEND"u8) < 0)
        {
            throw new ImageFormatException(name, "the PNG file breaks off: its end is missing. Copy it again, or remove it.");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(encoded[16..]);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(encoded[20..]);
        return width is 0 or > int.MaxValue || height is 0 or > int.MaxValue
            ? throw new ImageFormatException(name, $"its header says {width}x{height} pixels.")
            : new ImageHeader((int)width, (int)height, 1);
    }

    private static bool IsText(ReadOnlySpan<byte> encoded)
    {
        foreach (byte value in encoded[..Math.Min(encoded.Length, 64)])
        {
            if (value is (< 0x20 or > 0x7E) and not ((byte)'\t' or (byte)'\n' or (byte)'\r'))
            {
                return false;
            }
        }

        return true;
    }
}
