using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace MaskedPretraining.Core.Checkpoints.Pickling;

/// <summary>The bytes of one or several pickles. Every length is checked against the bytes that are left before memory is taken for it.</summary>
internal sealed class PickleInput
{
    /// <summary>More bytes than any table of contents has; what lies behind them is not read.</summary>
    public const long MaximumLength = 64 << 20;

    // Module and class names are shorter.
    private const int LongestLine = 1000;
    private readonly Stream _stream;
    private readonly long _length;

    /// <param name="stream">Stands at the first byte.</param>
    /// <param name="length">Bytes from there to the end.</param>
    public PickleInput(Stream stream, long length) => (_stream, _length) = (stream, Math.Min(length, MaximumLength));

    /// <summary>Bytes read so far.</summary>
    public long Position { get; private set; }

    public byte Byte()
    {
        Take(1);
        return (byte)_stream.ReadByte();
    }

    public int UInt16()
    {
        Span<byte> bytes = stackalloc byte[2];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public int Int32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Fill(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long Int64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public double BigEndianDouble()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }

    /// <summary>A signed integer of any width: long if it fits.</summary>
    public object Integer(long width)
    {
        if (width is < 0 or > byte.MaxValue)
        {
            throw new FormatException($"an integer of {width} bytes is no number of elements");
        }

        Span<byte> bytes = stackalloc byte[(int)width];
        Fill(bytes);
        var value = new BigInteger(bytes);
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    public string Text(long length, Encoding encoding)
    {
        Take(length);
        var bytes = new byte[length];
        _stream.ReadExactly(bytes);
        return encoding.GetString(bytes);
    }

    /// <summary>Text up to the end of a line.</summary>
    public string Line()
    {
        Span<byte> bytes = stackalloc byte[LongestLine];
        for (int i = 0; i < LongestLine; i++)
        {
            bytes[i] = Byte();
            if (bytes[i] == '\n')
            {
                return Encoding.UTF8.GetString(bytes[..i]);
            }
        }

        throw new FormatException($"a name of more than {LongestLine} bytes is none");
    }

    /// <summary>Passes over bytes that nothing needs.</summary>
    public void Skip(long count)
    {
        Take(count);
        _stream.Seek(count, SeekOrigin.Current);
    }

    private void Fill(Span<byte> bytes)
    {
        Take(bytes.Length);
        _stream.ReadExactly(bytes);
    }

    private void Take(long count)
    {
        if (count < 0 || count > _length - Position)
        {
            throw new FormatException(_length == MaximumLength
                ? $"{count} more bytes would exceed the {MaximumLength >> 20} MiB that a table of contents may have"
                : $"{count} more bytes are needed, but {_length - Position} are left; the file was cut off or damaged, copy or download it again");
        }

        Position += count;
    }
}
