using System.Buffers.Binary;
using System.Numerics;
using MaskedPretraining.Core.Checkpoints.Pickling;

namespace MaskedPretraining.Core.Checkpoints.PyTorch;

/// <summary>The older form of torch.save: five pickles (magic number, version, system, contents, keys of the storages), then for each key its number of elements and its bytes.</summary>
internal sealed class PyTorchStream : IPyTorchContainer
{
    private const long Version = 1001;
    private static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);
    private readonly Dictionary<string, ByteRange> _storages = new(StringComparer.Ordinal);

    public PyTorchStream(Stream stream)
    {
        var input = new PickleInput(stream, stream.Length);
        var objects = new StreamObjects();
        var machine = new PickleMachine(input, objects);
        if (machine.Load() is not BigInteger magic || magic != Magic)
        {
            throw new FormatException("it is a pickle, but not one of torch.save");
        }

        if (machine.Load() is not Version)
        {
            throw new FormatException($"its version is not {Version}; save it again with a newer PyTorch");
        }

        if (machine.Load() is PickleMap system && system["little_endian"] is false)
        {
            throw new FormatException("its numbers are stored in big-endian byte order; save it again on a little-endian machine");
        }

        Root = machine.Load();
        var keys = machine.Load() as PickleList ?? throw new FormatException("the list of its storages is missing");
        ReadStorages(stream, input.Position, keys, objects);
    }

    public object? Root { get; }

    public ByteRange? Find(string key) => _storages.TryGetValue(key, out var range) ? range : null;

    private void ReadStorages(Stream stream, long position, PickleList keys, StreamObjects objects)
    {
        Span<byte> countBytes = stackalloc byte[sizeof(long)];
        foreach (object? item in keys.Items)
        {
            if (item is not string key || !objects.ElementSizes.TryGetValue(key, out int elementSize))
            {
                throw new FormatException($"it stores '{item as string ?? "something without a name"}', which its table of contents does not know");
            }

            long left = stream.Length - position - sizeof(long);
            if (left < 0)
            {
                throw new FormatException($"it ends before storage '{key}'; the file was cut off, copy or download it again");
            }

            stream.Position = position;
            stream.ReadExactly(countBytes);
            long count = BinaryPrimitives.ReadInt64LittleEndian(countBytes);
            if (count < 0 || count > left / elementSize)
            {
                throw new FormatException($"storage '{key}' claims {count} elements of {elementSize} bytes, but {left} bytes are left; the file was cut off or damaged, copy or download it again");
            }

            position += sizeof(long);
            if (!_storages.TryAdd(key, new ByteRange(position, count * elementSize)))
            {
                throw new FormatException($"it has two storages '{key}'");
            }

            position += count * elementSize;
        }
    }

    /// <summary>Notes how long an element of each storage is, which the stream itself does not say.</summary>
    private sealed class StreamObjects : IPickleObjects
    {
        private readonly PyTorchObjects _objects = new();

        public Dictionary<string, int> ElementSizes { get; } = new(StringComparer.Ordinal);

        public object? Construct(PickleGlobal callable, object?[] arguments) => _objects.Construct(callable, arguments);

        public object? Persistent(object? identity)
        {
            object? found = _objects.Persistent(identity);
            if (found is StorageReference storage)
            {
                ElementSizes[storage.Key] = storage.Type?.SizeInBytes() ?? 1;
            }

            return found;
        }
    }
}
