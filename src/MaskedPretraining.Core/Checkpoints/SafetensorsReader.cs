using System.Buffers.Binary;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>An open safetensors file, from which tensors are read one by one.</summary>
/// <remarks>
/// The format: 8 bytes header length, a JSON header that names types, shapes and byte ranges, the bytes. All of the header is checked when the file is opened,
/// sizes before memory is taken for them. Not thread safe.
/// </remarks>
public sealed class SafetensorsReader : ITensorStore
{
    private const int LengthBytes = 8;
    private readonly FileStream _stream;
    private readonly SafetensorsHeader _header;
    private readonly long _dataStart;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointFormatException">It is no safetensors file, or a damaged one; the message says what is wrong.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SafetensorsReader(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        try
        {
            byte[] header = ReadHeader();
            _dataStart = LengthBytes + header.LongLength;
            _header = SafetensorsHeader.Parse(header, _stream.Length - _dataStart);
        }
        catch (FormatException exception)
        {
            _stream.Dispose();
            throw new CheckpointFormatException(path, exception.Message + ".", exception);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Length of the file in bytes.</summary>
    public long Length => _stream.Length;

    /// <summary>Names of the tensors, in the order of the header.</summary>
    public IReadOnlyList<string> Names => _header.Entries.Keys;

    /// <summary>Text attributes.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Whether there is a tensor of that name.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => _header.Entries.ContainsKey(name);

    /// <summary>Element type of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CheckpointFormatException">There is no tensor of that name.</exception>
    public TensorElementType TypeOf(string name) => Find(name).Type;

    /// <summary>Shape of a tensor; empty for a scalar.</summary>
    /// <inheritdoc cref="TypeOf"/>
    public IReadOnlyList<long> ShapeOf(string name) => Find(name).Shape;

    /// <summary>Reads a tensor into memory.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CheckpointFormatException">There is no tensor of that name, or it is too large for one array.</exception>
    public TensorData Read(string name)
    {
        var entry = Find(name);
        if (entry.End - entry.Begin > Array.MaxLength)
        {
            throw new CheckpointFormatException(Path, $"tensor '{name}' has {entry.End - entry.Begin} bytes, more than one array holds; read it in pieces.");
        }

        var bytes = new byte[entry.End - entry.Begin];
        Read(name, bytes);
        return new TensorData(entry.Type, entry.Shape, bytes);
    }

    /// <summary>Reads a piece of a tensor's bytes, for example straight into a parameter buffer.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">Filled completely.</param>
    /// <param name="offset">First byte of the piece, counted from the tensor's first.</param>
    /// <exception cref="CheckpointFormatException">There is no tensor of that name.</exception>
    public void Read(string name, Span<byte> destination, long offset = 0)
    {
        var entry = Find(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + destination.Length, entry.End - entry.Begin, nameof(destination));
        _stream.Position = _dataStart + entry.Begin + offset;
        _stream.ReadExactly(destination);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();

    private SafetensorsEntry Find(string name) =>
        _header.Entries.TryGetValue(name, out var entry)
            ? entry
            : throw new CheckpointFormatException(Path, $"it has no tensor '{name}'; it has {Names.Count}: {string.Join(", ", Names.Take(8))}{(Names.Count > 8 ? ", ..." : "")}.");

    private byte[] ReadHeader()
    {
        long available = _stream.Length - LengthBytes;
        if (available < 0)
        {
            throw new FormatException($"it has {_stream.Length} bytes, too few for a safetensors file");
        }

        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        _stream.ReadExactly(lengthBytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > (ulong)Math.Min(available, SafetensorsHeader.MaximumLength))
        {
            throw new FormatException($"it claims a header of {length} bytes, but {available} follow and {SafetensorsHeader.MaximumLength} are allowed; it is no safetensors file, or was cut off");
        }

        var header = new byte[(int)length];
        _stream.ReadExactly(header);
        return header;
    }
}
