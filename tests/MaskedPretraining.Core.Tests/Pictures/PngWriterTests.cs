using System.Buffers.Binary;
using System.IO.Compression;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Pictures;
using MaskedPretraining.Core.Tests.Imaging;

namespace MaskedPretraining.Core.Tests.Pictures;

[TestClass]
public sealed class PngWriterTests
{
    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(3, 2)]
    [DataRow(4, 6)]
    public void Encode_AnyImage_ReadsBack(int channels, int colourType)
    {
        RgbImage image = MemoryImageSource.NoiseImage(new Random(1), 37, 11, channels);

        var chunks = Chunks(PngWriter.Encode(image));

        Assert.AreSequenceEqual(new[] { "IHDR", "IDAT", "IEND" }, chunks.Select(chunk => chunk.Type));
        Assert.AreSequenceEqual(new byte[] { 0, 0, 0, 37, 0, 0, 0, 11, 8, (byte)colourType, 0, 0, 0 }, chunks[0].Data);
        Assert.AreSequenceEqual(image.Pixels, Unfilter(chunks[1].Data, 37 * channels, channels));
    }

    [TestMethod]
    public void Encode_Tiny_EqualsKnownChecksums()
    {
        // CRC-32 of "IEND" without data, from the PNG specification.
        Assert.AreSequenceEqual(new byte[] { 0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82 }, PngWriter.Encode(new RgbImage(1, 1, new byte[3]))[^12..]);
    }

    [TestMethod]
    public void Encode_TwoChannels_IsRefused() =>
        Assert.Contains("the image has 2", Assert.ThrowsExactly<ArgumentException>(() => PngWriter.Encode(new RgbImage(1, 1, new byte[2], 2))).Message);

    private static List<(string Type, byte[] Data)> Chunks(byte[] png)
    {
        Assert.AreSequenceEqual(new byte[] { 137, 80, 78, 71, 13, 10, 26, 10 }, png[..8]);
        var chunks = new List<(string, byte[])>();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            Assert.AreEqual(SlowCrc(png.AsSpan(at + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add((System.Text.Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]));
            at += length + 12;
        }

        return chunks;
    }

    private static uint SlowCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
        }

        return ~crc;
    }

    private static byte[] Unfilter(byte[] compressed, int rowLength, int channels)
    {
        using var zlib = new ZLibStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        var pixels = new List<byte>();
        foreach (byte[] row in raw.ToArray().Chunk(rowLength + 1))
        {
            Assert.AreEqual(1, row[0]);
            for (int x = 1; x < row.Length; x++)
            {
                row[x] += x <= channels ? (byte)0 : row[x - channels];
            }

            pixels.AddRange(row.AsSpan(1));
        }

        return [.. pixels];
    }
}
