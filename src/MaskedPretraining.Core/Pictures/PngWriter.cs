using System.Buffers.Binary;
using System.IO.Compression;
using MaskedPretraining.Core.Checkpoints;
using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Pictures;

/// <summary>Writes PNG files (ISO/IEC 15948), eight bits a channel. Thread safe.</summary>
public static class PngWriter
{
    private const byte SubFilter = 1;
    private static readonly uint[] CrcTable = MakeCrcTable();

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes an image to a file, whole or not at all.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="image">With 1 (grey), 3 (RGB) or 4 (RGB and opacity) channels.</param>
    /// <exception cref="ArgumentException">The image has other channels.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, RgbImage image)
    {
        byte[] png = Encode(image);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>The bytes of an image's PNG file.</summary>
    /// <param name="image">With 1 (grey), 3 (RGB) or 4 (RGB and opacity) channels.</param>
    /// <exception cref="ArgumentException">The image has other channels.</exception>
    public static byte[] Encode(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        byte colourType = image.Channels switch
        {
            1 => 0,
            3 => 2,
            4 => 6,
            _ => throw new ArgumentException($"A PNG file has 1, 3 or 4 channels, but the image has {image.Channels}.", nameof(image)),
        };
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = (8, colourType);
        using var png = new MemoryStream();
        png.Write(Signature);
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, Compress(image));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    // Each row is preceded by the number of its filter; "sub" stores differences from the pixel to the left, which photos compress well with.
    private static byte[] Compress(RgbImage image)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            int length = image.Width * image.Channels;
            byte[] filtered = new byte[1 + length];
            filtered[0] = SubFilter;
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * length, length);
                for (int x = 0; x < length; x++)
                {
                    filtered[1 + x] = (byte)(row[x] - (x < image.Channels ? 0 : row[x - image.Channels]));
                }

                zlib.Write(filtered);
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        uint[] table = new uint[256];
        for (uint value = 0; value < 256; value++)
        {
            uint crc = value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }

            table[value] = crc;
        }

        return table;
    }
}
