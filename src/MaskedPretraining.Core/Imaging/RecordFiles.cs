using Microsoft.Win32.SafeHandles;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Binary files of records of one length, numbered one file after another and read where they lie. Thread safe. Dispose closes the files.</summary>
internal sealed class RecordFiles : IDisposable
{
    private readonly List<(string Path, SafeFileHandle Handle, int First)> _files = [];
    private readonly int _recordLength;

    /// <param name="paths">The files.</param>
    /// <param name="recordLength">Bytes of a record.</param>
    /// <param name="format">What the files are called in messages, for example CIFAR-10.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is empty or does not hold whole records.</exception>
    public RecordFiles(IReadOnlyList<string> paths, int recordLength, string format)
    {
        _recordLength = recordLength;
        try
        {
            foreach (string path in paths)
            {
                Open(path, format);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Records of all files.</summary>
    public int Count { get; private set; }

    /// <summary>A record's file and its number in there.</summary>
    public (string Path, int Record) PlaceOf(int index)
    {
        var (path, _, first) = FileOf(index);
        return (path, index - first);
    }

    /// <summary>What to call a record in a message.</summary>
    public string NameOf(int index)
    {
        var (path, record) = PlaceOf(index);
        return $"{path}[{record}]";
    }

    /// <summary>Reads a part of a record.</summary>
    /// <param name="index">Number of the record.</param>
    /// <param name="offset">First byte wanted.</param>
    /// <param name="bytes">Filled.</param>
    /// <exception cref="ImageFormatException">The file has become shorter since it was opened.</exception>
    public void Read(int index, int offset, Span<byte> bytes)
    {
        var (_, handle, first) = FileOf(index);
        if (RandomAccess.Read(handle, bytes, (long)(index - first) * _recordLength + offset) != bytes.Length)
        {
            throw new ImageFormatException(NameOf(index), "the file has become shorter.");
        }
    }

    public void Dispose() => _files.ForEach(file => file.Handle.Dispose());

    private void Open(string path, string format)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is missing; a file of {format} with records of {_recordLength} bytes is expected there.", path);
        }

        SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        _files.Add((path, handle, Count));
        long length = RandomAccess.GetLength(handle);
        if (length == 0 || length % _recordLength != 0)
        {
            throw new InvalidDataException($"{path} is no {format} file: its {length} bytes are no multiple of {_recordLength}, the length of a record.");
        }

        Count += checked((int)(length / _recordLength));
    }

    private (string Path, SafeFileHandle Handle, int First) FileOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        int file = _files.Count - 1;
        while (_files[file].First > index)
        {
            file--;
        }

        return _files[file];
    }
}
