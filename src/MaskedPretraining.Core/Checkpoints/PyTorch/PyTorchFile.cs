namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>An open file of torch.save. Nothing in it is executed; tensors are read when they are asked for. Not thread safe.</summary>
internal sealed class PyTorchFile : ITensorStore
{
    private static readonly Dictionary<string, string> NoMetadata = [];
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly OrderedDictionary<string, TensorView> _tensors;
    private readonly Dictionary<string, ByteRange> _storages = new(StringComparer.Ordinal);

    /// <param name="path">The file.</param>
    /// <param name="format">Which of the two forms it starts as.</param>
    /// <exception cref="CheckpointFormatException">It is damaged, or holds something else than tensors.</exception>
    public PyTorchFile(string path, CheckpointFormat format)
    {
        _path = path;
        _stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        try
        {
            IPyTorchContainer container = format == CheckpointFormat.PyTorchZip ? new PyTorchZip(_stream) : new PyTorchStream(_stream);
            _tensors = NamedTensors.In(container.Root);
            FindStorages(container);
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

    public IReadOnlyList<string> Names => _tensors.Keys;

    public IReadOnlyDictionary<string, string> Metadata => NoMetadata;

    public long Length => _stream.Length;

    public bool Contains(string name) => _tensors.ContainsKey(name);

    public TensorElementType TypeOf(string name) => _tensors[name].Type;

    public IReadOnlyList<long> ShapeOf(string name) => _tensors[name].Shape;

    public TensorData Read(string name)
    {
        var tensor = _tensors[name];
        var range = tensor.Bytes;
        if (Math.Max(range.Length, tensor.ByteCount) > Array.MaxLength)
        {
            throw new CheckpointFormatException(_path, $"tensor '{name}' takes {Math.Max(range.Length, tensor.ByteCount)} bytes, more than one array holds.");
        }

        var stored = new byte[range.Length];
        if (stored.Length > 0)
        {
            _stream.Position = _storages[tensor.Storage.Key].Position + range.Position;
            _stream.ReadExactly(stored);
        }

        return new TensorData(tensor.Type, tensor.Shape, tensor.Gather(stored));
    }

    public void Dispose() => _stream.Dispose();

    private void FindStorages(IPyTorchContainer container)
    {
        foreach (var (name, tensor) in _tensors)
        {
            var storage = tensor.Storage;
            if (!_storages.TryGetValue(storage.Key, out var range))
            {
                range = container.Find(storage.Key) ?? throw new FormatException($"storage '{storage.Key}' of tensor '{name}' is missing; the file is incomplete, copy or download it again");
                _storages.Add(storage.Key, range);
            }

            if (range.Length != storage.StoredBytes)
            {
                throw new FormatException($"storage '{storage.Key}' of tensor '{name}' must have {storage.StoredBytes} bytes, but has {range.Length}; the file is damaged, copy or download it again");
            }
        }
    }
}
