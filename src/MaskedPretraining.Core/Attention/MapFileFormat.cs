using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MaskedPretraining.Core.Models;

namespace MaskedPretraining.Core.Attention;

/// <summary>
/// The file of an <see cref="AttentionMapCache"/>, little-endian: eight bytes of magic, rows and columns (4 each), SHA-256 of what made the maps (32); then a record a map: key of the image (16),
/// CRC-32C of key and cells (4), cells in half precision (2 each).
/// </summary>
internal sealed class MapFileFormat
{
    private const int KeyLength = 16;
    private const int PrefixLength = KeyLength + sizeof(uint);

    public MapFileFormat(string maker, PatchGrid grid)
    {
        Grid = grid;
        Header = [.. "MPMAPS01"u8, .. new byte[2 * sizeof(int)], .. SHA256.HashData(Encoding.UTF8.GetBytes(maker))];
        BinaryPrimitives.WriteInt32LittleEndian(Header.AsSpan(8), grid.Rows);
        BinaryPrimitives.WriteInt32LittleEndian(Header.AsSpan(12), grid.Columns);
    }

    public PatchGrid Grid { get; }

    public byte[] Header { get; }

    public int RecordLength => PrefixLength + (2 * Grid.Count);

    /// <summary>The record of a map.</summary>
    public byte[] Encode(ImageKey key, ReadOnlySpan<float> map)
    {
        byte[] record = new byte[RecordLength];
        BinaryPrimitives.WriteUInt128LittleEndian(record, key.Value);
        TensorPrimitives.ConvertToHalf(map, CellsOf(record));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(KeyLength), Checksum(record));
        return record;
    }

    /// <summary>The key of a record; null if it is damaged.</summary>
    public static ImageKey? KeyOf(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadUInt32LittleEndian(record[KeyLength..]) == Checksum(record) ? new ImageKey(BinaryPrimitives.ReadUInt128LittleEndian(record)) : null;

    /// <summary>Reads the cells of a record.</summary>
    public static void Decode(Span<byte> record, Span<float> map) => TensorPrimitives.ConvertToSingle(CellsOf(record), map);

    private static Span<Half> CellsOf(Span<byte> record) => MemoryMarshal.Cast<byte, Half>(record[PrefixLength..]);

    private static uint Checksum(ReadOnlySpan<byte> record)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in record[..KeyLength])
        {
            checksum = BitOperations.Crc32C(checksum, value);
        }

        foreach (ushort cell in MemoryMarshal.Cast<byte, ushort>(record[PrefixLength..]))
        {
            checksum = BitOperations.Crc32C(checksum, cell);
        }

        return checksum;
    }
}
