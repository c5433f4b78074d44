using System.Text.Json;

namespace MaskedPretraining.Core.Checkpoints;

/// <summary>Tensors spread over several files; a JSON file says which lies in which: <c>{"weight_map": {"NAME": "FILE"}}</c>.</summary>
internal sealed class ShardedTensors : ITensorStore
{
    private const long LargestIndex = 64 << 20;
    private const int MostFiles = 1000;
    private readonly OrderedDictionary<string, Checkpoint> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Checkpoint> _fileOf = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <param name="path">The index. The files lie beside it.</param>
    /// <exception cref="CheckpointFormatException">The index or one of the files cannot be used.</exception>
    public ShardedTensors(string path)
    {
        try
        {
            foreach (var (name, file) in ReadIndex(path))
            {
                Add(path, name, file);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<string> Names => _names;

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public long Length => _files.Values.Sum(file => file.Length);

    public bool Contains(string name) => _fileOf.ContainsKey(name);

    public TensorElementType TypeOf(string name) => _fileOf[name].TypeOf(name);

    public IReadOnlyList<long> ShapeOf(string name) => _fileOf[name].ShapeOf(name);

    public TensorData Read(string name) => _fileOf[name].Read(name);

    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private void Add(string path, string name, string fileName)
    {
        if (!_files.TryGetValue(fileName, out var file))
        {
            if (fileName.Length == 0 || fileName != Path.GetFileName(fileName) || fileName.Contains('\\', StringComparison.Ordinal))
            {
                throw new CheckpointFormatException(path, $"it says that tensor '{name}' lies in '{fileName}', but only plain names of files in the same folder are followed.");
            }

            string shard = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, fileName);
            if (!File.Exists(shard))
            {
                throw new CheckpointFormatException(path, $"it says that tensor '{name}' lies in '{fileName}', which is not in the same folder; copy or download all files of the checkpoint.");
            }

            if (_files.Count == MostFiles)
            {
                throw new CheckpointFormatException(path, $"it names more than {MostFiles} files.");
            }

            file = Checkpoint.OpenShard(shard);
            _files.Add(fileName, file);
        }

        if (!file.Contains(name))
        {
            throw new CheckpointFormatException(path, $"it says that tensor '{name}' lies in '{fileName}', but it does not; the files are of different checkpoints.");
        }

        if (!_fileOf.TryAdd(name, file))
        {
            throw new CheckpointFormatException(path, $"it has two entries '{name}'.");
        }

        _names.Add(name);
    }

    private static List<(string Name, string File)> ReadIndex(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > LargestIndex)
        {
            throw new CheckpointFormatException(path, $"it has {stream.Length} bytes, more than the {LargestIndex >> 20} MiB that an index may have.");
        }

        try
        {
            using var json = JsonDocument.Parse(stream);
            return [.. json.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => (entry.Name, entry.Value.GetString() ?? ""))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CheckpointFormatException(path, $"it is no index of a sharded checkpoint, which has the form {{\"weight_map\": {{\"NAME\": \"FILE\"}}}} ({exception.Message}).", exception);
        }
    }
}
