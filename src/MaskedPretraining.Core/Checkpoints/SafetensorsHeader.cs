using System.Text.Json;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>The parsed and checked header of a safetensors file: names, types, shapes and byte ranges that tile the data without holes or overlaps.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>Larger headers are refused, as the format asks: a file that claims one is damaged or hostile.</summary>
    public const long MaximumLength = 100_000_000;

    /// <summary>Name under which a header keeps its text attributes.</summary>
    public const string MetadataName = "__metadata__";

    private readonly OrderedDictionary<string, SafetensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader()
    {
    }

    public OrderedDictionary<string, SafetensorsEntry> Entries => _entries;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Parses the JSON text and checks it against the number of data bytes that follow it.</summary>
    /// <exception cref="FormatException">Something is wrong; the message says what.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength)
    {
        var header = new SafetensorsHeader();
        try
        {
            header.ParseObject(json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException($"its header is not valid JSON text ({exception.Message})", exception);
        }

        header.CheckTiling(dataLength);
        return header;
    }

    private void ParseObject(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || json[0] != '{')
        {
            throw new FormatException("its header does not start with '{'");
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        bool hasMetadata = false;
        while (NextName(ref reader) is { } name)
        {
            if (name == MetadataName)
            {
                Require(!hasMetadata, $"its header has two entries '{MetadataName}'");
                hasMetadata = true;
                ParseMetadata(ref reader);
            }
            else
            {
                Require(!_entries.ContainsKey(name), $"it has two tensors named '{name}'");
                _entries.Add(name, ParseEntry(ref reader, name));
            }
        }

        // Trailing white space is allowed, anything else makes the reader throw.
        Require(!reader.Read(), "its header has something after the closing '}'");
    }

    private void ParseMetadata(ref Utf8JsonReader reader)
    {
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartObject, $"'{MetadataName}' is not an object");
        while (NextName(ref reader) is { } name)
        {
            reader.Read();
            Require(reader.TokenType == JsonTokenType.String, $"its attribute '{name}' is not text");
            Require(_metadata.TryAdd(name, reader.GetString()!), $"it has two attributes '{name}'");
        }
    }

    private static SafetensorsEntry ParseEntry(ref Utf8JsonReader reader, string tensor)
    {
        reader.Read();
        Require(reader.TokenType == JsonTokenType.StartObject, $"the entry of tensor '{tensor}' is not an object");
        TensorElementType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (NextName(ref reader) is { } name)
        {
            reader.Read();
            switch (name)
            {
                case "dtype":
                    Require(type is null, $"tensor '{tensor}' has two element types");
                    type = ParseType(ref reader, tensor);
                    break;
                case "shape":
                    Require(shape is null, $"tensor '{tensor}' has two shapes");
                    shape = ParseIntegers(ref reader, tensor, "shape");
                    break;
                case "data_offsets":
                    Require(offsets is null, $"tensor '{tensor}' has two byte ranges");
                    offsets = ParseIntegers(ref reader, tensor, "byte range");
                    break;
                default:
                    // Later versions of the format may add fields; the three above stay what they are.
                    reader.Skip();
                    break;
            }
        }

        Require(type is not null && shape is not null && offsets is { Length: 2 }, $"the entry of tensor '{tensor}' lacks dtype, shape or two data_offsets");
        CheckSize(tensor, type!.Value, shape!, offsets![0], offsets[1]);
        return new SafetensorsEntry(type.Value, shape!, offsets[0], offsets[1]);
    }

    private static void CheckSize(string tensor, TensorElementType type, long[] shape, long begin, long end)
    {
        Require(begin <= end, $"the byte range {begin} to {end} of tensor '{tensor}' runs backwards");
        string shapeText = $"[{string.Join(", ", shape)}]";
        long size;
        try
        {
            size = type.SizeInBytes(shape);
        }
        catch (OverflowException exception)
        {
            throw new FormatException($"tensor '{tensor}' of shape {shapeText} has more elements than 64 bits can count", exception);
        }

        Require(size == end - begin, $"tensor '{tensor}' of {type} with shape {shapeText} needs {size} bytes, but its byte range {begin} to {end} has {end - begin}");
    }

    private static TensorElementType ParseType(ref Utf8JsonReader reader, string tensor)
    {
        string? name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        foreach (var type in Enum.GetValues<TensorElementType>())
        {
            if (TypeName(type) == name)
            {
                return type;
            }
        }

        throw new FormatException($"tensor '{tensor}' has the element type '{name}', which is not supported; convert it to one of {string.Join(", ", Enum.GetValues<TensorElementType>().Select(TypeName))}");
    }

    /// <summary>The format's name of an element type.</summary>
    public static string TypeName(TensorElementType type) => type.ToString().ToUpperInvariant();

    private static long[] ParseIntegers(ref Utf8JsonReader reader, string tensor, string what)
    {
        Require(reader.TokenType == JsonTokenType.StartArray, $"the {what} of tensor '{tensor}' is not a list");
        var integers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            long value = -1;
            Require(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value) && value >= 0, $"the {what} of tensor '{tensor}' holds something else than integers from 0 to 2^63 - 1");
            integers.Add(value);
        }

        return [.. integers];
    }

    private void CheckTiling(long dataLength)
    {
        long position = 0;
        foreach (var (name, entry) in _entries.OrderBy(pair => pair.Value.Begin).ThenBy(pair => pair.Value.End))
        {
            Require(entry.Begin <= position, $"bytes {position} to {entry.Begin} before tensor '{name}' belong to no tensor");
            Require(entry.Begin >= position, $"tensor '{name}' at bytes {entry.Begin} to {entry.End} overlaps another one");
            position = entry.End;
        }

        Require(position <= dataLength, $"its tensors take {position} bytes, but only {dataLength} follow the header; the file was cut off, copy or download it again");
        Require(position >= dataLength, $"{dataLength - position} bytes follow the last tensor");
    }

    private static string? NextName(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null;
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FormatException(otherwise);
        }
    }
}
