using MaskedPretraining.Core.Checkpoints.PyTorch;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>An open checkpoint of any format that is known, from which tensors are read one by one.</summary>
/// <remarks>
/// <para>Formats: safetensors; what <c>torch.save</c> writes, as a zip archive (<c>.pth</c>, <c>.pt</c>, <c>.bin</c>) or as the stream it was before PyTorch 1.6; several of these files with an index (<c>*.index.json</c>).
/// The bytes decide, not the name.</para>
/// <para>Nothing in a file is executed. PyTorch's files are Python pickles: tensors, dictionaries, lists and tuples are read, every other object becomes an inert stub and is left out. Sizes, offsets and lengths are
/// checked before memory is taken, so that damaged and hostile files end in a <see cref="CheckpointFormatException"/>.</para>
/// <para>A name is the keys on the way to the tensor, joined by <c>/</c>: <c>model/blocks.0.norm1.weight</c> lies in a dictionary under <c>model</c>. Views come out contiguous. Not thread safe.</para>
/// </remarks>
public sealed class Checkpoint : IDisposable
{
    private const int SniffedBytes = 9;
    private readonly ITensorStore _tensors;

    private Checkpoint(string path, CheckpointFormat format, ITensorStore tensors) => (Path, Format, _tensors) = (path, format, tensors);

    /// <summary>The file, or the index of several.</summary>
    public string Path { get; }

    /// <summary>How it is stored.</summary>
    public CheckpointFormat Format { get; }

    /// <summary>Names of the tensors, in the order of the file.</summary>
    public IReadOnlyList<string> Names => _tensors.Names;

    /// <summary>Text attributes of a safetensors file; none for the others.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _tensors.Metadata;

    /// <summary>Length of the file in bytes, or of all files together, without the index.</summary>
    public long Length => _tensors.Length;

    /// <summary>Opens a checkpoint and checks its table of contents.</summary>
    /// <param name="path">A file, or the index of several.</param>
    /// <exception cref="CheckpointFormatException">It is of no known format, damaged, or holds no tensors by name; the message says what is wrong and where.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static Checkpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Open(path, FormatOf(path));
    }

    /// <summary>Opens one of the files that an index names.</summary>
    /// <exception cref="CheckpointFormatException">It is damaged, or an index itself: one that named itself would never end.</exception>
    internal static Checkpoint OpenShard(string path)
    {
        var format = FormatOf(path);
        return format == CheckpointFormat.Sharded ? throw new CheckpointFormatException(path, "an index names it as a file of tensors, but it is an index itself.") : Open(path, format);
    }

    private static Checkpoint Open(string path, CheckpointFormat format) => new(path, format, format switch
    {
        CheckpointFormat.Safetensors => new SafetensorsReader(path),
        CheckpointFormat.Sharded => new ShardedTensors(path),
        _ => new PyTorchFile(path, format),
    });

    /// <summary>Whether there is a tensor of that name.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => _tensors.Contains(name);

    /// <summary>Element type of a tensor.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CheckpointFormatException">There is no tensor of that name.</exception>
    public TensorElementType TypeOf(string name) => _tensors.TypeOf(Existing(name));

    /// <summary>Shape of a tensor; empty for a scalar.</summary>
    /// <inheritdoc cref="TypeOf"/>
    public IReadOnlyList<long> ShapeOf(string name) => _tensors.ShapeOf(Existing(name));

    /// <summary>Reads a tensor into memory.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CheckpointFormatException">There is no tensor of that name, or it is too large for one array.</exception>
    public TensorData Read(string name) => _tensors.Read(Existing(name));

    /// <summary>Closes the file.</summary>
    public void Dispose() => _tensors.Dispose();

    private string Existing(string name) => Contains(name)
        ? name
        : throw new CheckpointFormatException(Path, $"it has no tensor '{name}'; it has {Names.Count}: {string.Join(", ", Names.Take(8))}{(Names.Count > 8 ? ", ..." : "")}.");

    private static CheckpointFormat FormatOf(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Span<byte> buffer = stackalloc byte[SniffedBytes];
        var start = buffer[..stream.ReadAtLeast(buffer, SniffedBytes, throwOnEndOfStream: false)];
        return start switch
        {
            // The length of a header, which is far below 2^32, and its first character.
            [_, _, _, _, 0, 0, 0, 0, (byte)'{'] => CheckpointFormat.Safetensors,
            [(byte)'P', (byte)'K', 3, 4, ..] => CheckpointFormat.PyTorchZip,
            // A pickle's protocol.
            [0x80, >= 2 and <= 5, ..] => CheckpointFormat.PyTorchStream,
            [(byte)'{', ..] => CheckpointFormat.Sharded,
            _ when path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) => CheckpointFormat.Safetensors,
            _ => throw new CheckpointFormatException(path, "it is neither a safetensors file nor one of torch.save (zip archive or the older stream), nor the index of several; save the weights with safetensors or with torch.save(model.state_dict(), path)."),
        };
    }
}
