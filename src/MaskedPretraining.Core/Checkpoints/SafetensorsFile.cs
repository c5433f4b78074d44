using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Reads and writes whole safetensors files, the format of checkpoints that any tool of the field can open and that can carry no code.</summary>
public static class SafetensorsFile
{
    // The data starts at a multiple of this, so that a reader may map the file into memory.
    private const int Alignment = 8;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a whole file into memory.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CheckpointFormatException">It is no safetensors file, or a damaged one; the message says what is wrong.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static StateDictionary Read(string path)
    {
        using var reader = new SafetensorsReader(path);
        var state = new StateDictionary();
        foreach (string name in reader.Names)
        {
            state[name] = reader.Read(name);
        }

        foreach (var (name, text) in reader.Metadata)
        {
            state.Metadata[name] = text;
        }

        return state;
    }

    /// <summary>Writes tensors and text attributes atomically.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="state">The tensors and attributes.</param>
    /// <exception cref="IOException">The file cannot be written; what was there before is unchanged.</exception>
    public static void Write(string path, StateDictionary state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Write(path, [.. state.Names.Select(name => Streamed(name, state[name]))], state.Metadata.AsReadOnly());

        static StreamedTensor Streamed(string name, TensorData tensor) => new(name, tensor.Type, tensor.Shape, stream => stream.Write(tensor.Bytes));
    }

    /// <summary>Writes tensors atomically without holding them in memory together.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="tensors">The tensors; no two with one name.</param>
    /// <param name="metadata">Text attributes.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or one has the reserved name <c>__metadata__</c>.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is unchanged.</exception>
    public static void Write(string path, IReadOnlyList<StreamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        // Widest elements first keeps every tensor aligned to its own element size without holes.
        StreamedTensor[] ordered = [.. tensors.OrderByDescending(tensor => tensor.Type.SizeInBytes()).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        byte[] header = HeaderOf(ordered, metadata);
        AtomicFile.Write(path, stream => WriteTo(stream, header, ordered));
    }

    private static void WriteTo(Stream stream, byte[] header, StreamedTensor[] tensors)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (var tensor in tensors)
        {
            long start = stream.Position;
            tensor.WriteTo(stream);
            long written = stream.Position - start;
            if (written != tensor.Type.SizeInBytes(tensor.Shape))
            {
                throw new InvalidOperationException($"Tensor '{tensor.Name}' of {tensor.Type} with shape [{string.Join(", ", tensor.Shape)}] wrote {written} bytes instead of {tensor.Type.SizeInBytes(tensor.Shape)}.");
            }
        }
    }

    private static byte[] HeaderOf(StreamedTensor[] tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata);
            WriteEntries(json, tensors);
            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.Count == 0)
        {
            return;
        }

        json.WriteStartObject(SafetensorsHeader.MetadataName);
        foreach (var (name, text) in metadata)
        {
            json.WriteString(name, text);
        }

        json.WriteEndObject();
    }

    private static void WriteEntries(Utf8JsonWriter json, StreamedTensor[] tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsHeader.MetadataName };
        long position = 0;
        foreach (var tensor in tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"Two tensors are named '{tensor.Name}', or it is the reserved name of the attributes; rename one.", nameof(tensors));
            }

            long end = checked(position + tensor.Type.SizeInBytes(tensor.Shape));
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype", SafetensorsHeader.TypeName(tensor.Type));
            WriteIntegers(json, "shape", tensor.Shape);
            WriteIntegers(json, "data_offsets", [position, end]);
            json.WriteEndObject();
            position = end;
        }
    }

    private static void WriteIntegers(Utf8JsonWriter json, string name, IReadOnlyList<long> integers)
    {
        json.WriteStartArray(name);
        foreach (long integer in integers)
        {
            json.WriteNumberValue(integer);
        }

        json.WriteEndArray();
    }
}
