using System.Buffers.Binary;
using System.Security.Cryptography;
using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Attention;

/// <summary>Names an image by its content: the first 128 bits of the SHA-256 of its size and pixels, so that moved and renamed files keep their maps and changed ones lose them.</summary>
/// <param name="Value">The bits.</param>
public readonly record struct ImageKey(UInt128 Value)
{
    /// <summary>The key of an image.</summary>
    /// <param name="image">The decoded image.</param>
    public static ImageKey Of(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], image.Height);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], image.Channels);
        hash.AppendData(bytes[..12]);
        hash.AppendData(image.Pixels);
        hash.GetHashAndReset(bytes);
        return new ImageKey(BinaryPrimitives.ReadUInt128LittleEndian(bytes));
    }
}
