using System.Buffers.Binary;
using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

/// <summary>Reads files of raw pixels with their size in front, and counts them.</summary>
internal sealed class PixelFileDecoder : IImageDecoder
{
    private const byte Magic = 0x01;
    private int _decoded;

    public int Decoded => Volatile.Read(ref _decoded);

    public static byte[] Encode(RgbImage image)
    {
        byte[] file = new byte[5 + image.Pixels.Length];
        file[0] = Magic;
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(1), (short)image.Width);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(3), (short)image.Height);
        image.Pixels.CopyTo(file, 5);
        return file;
    }

    public RgbImage Decode(byte[] encoded, string name)
    {
        Interlocked.Increment(ref _decoded);
        return encoded[0] == Magic
            ? new RgbImage(BinaryPrimitives.ReadInt16LittleEndian(encoded.AsSpan(1)), BinaryPrimitives.ReadInt16LittleEndian(encoded.AsSpan(3)), encoded[5..])
            : throw new ImageFormatException(name, "it is no file of pixels.");
    }
}
