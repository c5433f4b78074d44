using System.Buffers.Binary;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Where an image lies in the file of an <see cref="ImageStore"/>.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Width">Pixels in a row; of an image that could not be read, bytes of the reason, which lies in its place as UTF-8.</param>
/// <param name="Height">Rows.</param>
/// <param name="Channels">Bytes a pixel; 0 for an image that could not be read.</param>
internal readonly record struct ImageStoreEntry(long Offset, int Width, int Height, int Channels)
{
    /// <summary>Bytes of an entry.</summary>
    public const int Size = 20;

    /// <summary>Whether there is a reason instead of an image.</summary>
    public bool IsFailure => Channels == 0;

    public static ImageStoreEntry Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Offset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], Height);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[16..], Channels);
    }

    /// <summary>Whether the entry makes sense in a file whose images end at an offset.</summary>
    public bool Fits(long end) =>
        Offset >= ImageStoreFormat.Magic.Length && Width > 0 && (IsFailure ? Height == 0 : Height > 0 && Channels > 0)
        && (long)Width * Math.Max(Height, 1) <= Math.Min(end - Offset, Array.MaxLength) / Math.Max(Channels, 1);
}
