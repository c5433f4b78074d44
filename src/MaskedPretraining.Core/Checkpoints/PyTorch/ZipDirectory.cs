using System.Buffers.Binary;
using System.Text;

namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>The directory of a zip archive (APPNOTE 6.3, ZIP64 included), every position and length held against the file.</summary>
/// <remarks>The framework's own reader hides where an entry's bytes begin, so that a piece out of the middle of one could not be read. PyTorch only stores; compressed entries are refused, and zip bombs with them.</remarks>
internal sealed class ZipDirectory
{
    private const uint EndSignature = 0x06054b50;
    private const uint End64LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int EndLength = 22;
    private const int LongestComment = ushort.MaxValue;
    private const int End64LocatorLength = 20;
    private const int End64Length = 56;
    private const int EntryLength = 46;
    private const int LocalLength = 30;
    private const int EncryptedFlag = 1;
    private const int Zip64Extra = 1;
    private const long LongestDirectory = 64 << 20;
    private readonly Stream _stream;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);
    private long _position;

    /// <exception cref="FormatException">It is cut off or damaged.</exception>
    public ZipDirectory(Stream stream)
    {
        _stream = stream;
        var (endPosition, length) = FindEnd();
        if (length > LongestDirectory || _position < 0 || _position > endPosition - length)
        {
            throw new FormatException($"its zip directory claims {length} bytes at {_position}, which cannot be; the file is damaged, copy or download it again");
        }

        ReadEntries(Bytes(_position, (int)length));
    }

    public IReadOnlyCollection<ZipEntry> Entries => _entries.Values;

    public ZipEntry? Find(string name) => _entries.GetValueOrDefault(name);

    /// <summary>Where an entry's bytes lie in the file.</summary>
    /// <exception cref="FormatException">They are compressed, or reach beyond the file.</exception>
    public ByteRange Locate(ZipEntry entry)
    {
        if (!entry.IsStored)
        {
            throw new FormatException($"its part '{entry.Name}' is compressed or encrypted, which torch.save never does; unpack it and zip it without compression");
        }

        if (entry.HeaderPosition < 0 || entry.HeaderPosition > _position - LocalLength)
        {
            throw Outside(entry);
        }

        byte[] header = Bytes(entry.HeaderPosition, LocalLength);
        long first = entry.HeaderPosition + LocalLength + UInt16(header, 26) + UInt16(header, 28);
        if (UInt32(header, 0) != LocalSignature || entry.Length < 0 || first > _position || entry.Length > _position - first)
        {
            throw Outside(entry);
        }

        return new ByteRange(first, entry.Length);
    }

    // Where the directory ends, and its length; its position goes to _position.
    private (long EndPosition, long Length) FindEnd()
    {
        int tailLength = (int)Math.Min(_stream.Length, EndLength + LongestComment);
        byte[] tail = Bytes(_stream.Length - tailLength, tailLength);
        for (int i = tailLength - EndLength; i >= 0; i--)
        {
            if (UInt32(tail, i) != EndSignature || i + EndLength + UInt16(tail, i + 20) != tailLength)
            {
                continue;
            }

            long endPosition = _stream.Length - tailLength + i;
            _position = UInt32(tail, i + 16);
            bool isZip64 = UInt16(tail, i + 10) == ushort.MaxValue || _position == uint.MaxValue || UInt32(tail, i + 12) == uint.MaxValue;
            return isZip64 ? FindEnd64(endPosition) : (endPosition, UInt32(tail, i + 12));
        }

        throw new FormatException("it starts as a zip archive, but the archive's end is missing; the file was cut off, copy or download it again");
    }

    private (long EndPosition, long Length) FindEnd64(long endPosition)
    {
        const string Damaged = "the end of its zip archive (ZIP64) is damaged; copy or download it again";
        if (endPosition < End64LocatorLength)
        {
            throw new FormatException(Damaged);
        }

        byte[] locator = Bytes(endPosition - End64LocatorLength, End64LocatorLength);
        long position = Int64(locator, 8);
        if (UInt32(locator, 0) != End64LocatorSignature || position < 0 || position > endPosition - End64LocatorLength - End64Length)
        {
            throw new FormatException(Damaged);
        }

        byte[] end = Bytes(position, End64Length);
        _position = Int64(end, 48);
        long length = Int64(end, 40);
        return UInt32(end, 0) == End64Signature && length >= 0 ? (position, length) : throw new FormatException(Damaged);
    }

    private void ReadEntries(byte[] directory)
    {
        int position = 0;
        while (position < directory.Length)
        {
            if (directory.Length - position < EntryLength || UInt32(directory, position) != EntrySignature)
            {
                throw new FormatException($"byte {position} of its zip directory starts no entry; the file is damaged, copy or download it again");
            }

            int nameLength = UInt16(directory, position + 28);
            int extraLength = UInt16(directory, position + 30);
            int length = EntryLength + nameLength + extraLength + UInt16(directory, position + 32);
            if (length > directory.Length - position)
            {
                throw new FormatException("the last entry of its zip directory is cut off; copy or download it again");
            }

            var entry = ReadEntry(directory.AsSpan(position, EntryLength), directory.AsSpan(position + EntryLength, nameLength), directory.AsSpan(position + EntryLength + nameLength, extraLength));
            if (!_entries.TryAdd(entry.Name, entry))
            {
                throw new FormatException($"it has two parts '{entry.Name}'");
            }

            position += length;
        }
    }

    private static ZipEntry ReadEntry(ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        // Only the numbers that do not fit into 32 bits are repeated with 64, in this order.
        Span<long> numbers = [UInt32(fixedPart, 24), UInt32(fixedPart, 20), UInt32(fixedPart, 42)];
        var wide = Zip64Field(extra);
        foreach (ref long number in numbers)
        {
            if (number == uint.MaxValue)
            {
                number = wide.Length >= sizeof(long) ? Int64(wide, 0) : throw new FormatException("an entry of its zip directory lacks its 64-bit sizes");
                wide = wide[sizeof(long)..];
            }
        }

        var (length, storedLength, header) = (numbers[0], numbers[1], numbers[2]);
        bool isStored = UInt16(fixedPart, 10) == 0 && (UInt16(fixedPart, 8) & EncryptedFlag) == 0 && length == storedLength;
        return new ZipEntry(Encoding.UTF8.GetString(name), isStored, length, header);
    }

    private static ReadOnlySpan<byte> Zip64Field(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = Math.Min(UInt16(extra, 2), extra.Length - 4);
            if (UInt16(extra, 0) == Zip64Extra)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    private byte[] Bytes(long position, int length)
    {
        var bytes = new byte[length];
        _stream.Position = position;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private static FormatException Outside(ZipEntry entry) => new($"its part '{entry.Name}' of {entry.Length} bytes does not lie inside of the file; it was cut off or damaged, copy or download it again");

    private static int UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
