using Microsoft.Win32.SafeHandles;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// CIFAR-10 in its binary layout (Krizhevsky 2009): records of one label byte and 3072 bytes, 1024 each of red, green and blue, 32 rows of 32. Records are read
/// when they are asked for; only the labels are kept in memory. Thread safe. Dispose closes the files.
/// </summary>
public sealed class Cifar10Source : ILabeledImageSource, IDisposable
{
    private const int Side = 32;
    private const int PlaneLength = Side * Side;
    private const int RecordLength = 1 + 3 * PlaneLength;
    private readonly List<(string Path, SafeFileHandle Handle, int First)> _files = [];
    private readonly List<byte> _labels = [];

    /// <summary>Opens files.</summary>
    /// <param name="paths">Files such as <c>data_batch_1.bin</c>; their images are numbered one file after another.</param>
    /// <param name="classNames">Names of the classes; null takes those in <c>batches.meta.txt</c> beside the first file.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is no CIFAR-10 file, or has a label without a name.</exception>
    public Cifar10Source(IReadOnlyList<string> paths, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));
        ClassNames = classNames ?? ReadClassNames(paths[0]);
        try
        {
            foreach (string path in paths)
            {
                Open(path);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Count => _labels.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public string NameOf(int index)
    {
        var (path, _, first) = FileOf(index);
        return $"{path}[{index - first}]";
    }

    /// <inheritdoc/>
    public int LabelOf(int index) => _labels[index];

    /// <inheritdoc/>
    public RgbImage Load(int index)
    {
        var (_, handle, first) = FileOf(index);
        Span<byte> planes = stackalloc byte[3 * PlaneLength];
        if (RandomAccess.Read(handle, planes, (long)(index - first) * RecordLength + 1) != planes.Length)
        {
            throw new ImageFormatException(NameOf(index), "the file has become shorter.");
        }

        byte[] pixels = new byte[3 * PlaneLength];
        for (int pixel = 0; pixel < PlaneLength; pixel++)
        {
            (pixels[3 * pixel], pixels[3 * pixel + 1], pixels[3 * pixel + 2]) = (planes[pixel], planes[PlaneLength + pixel], planes[2 * PlaneLength + pixel]);
        }

        return new RgbImage(Side, Side, pixels);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _files.ForEach(file => file.Handle.Dispose());

    private void Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(path);
        _files.Add((path, handle, Count));
        long length = RandomAccess.GetLength(handle);
        if (length == 0 || length % RecordLength != 0)
        {
            throw new InvalidDataException($"{path} is no CIFAR-10 file: its {length} bytes are no multiple of {RecordLength}, the length of a record.");
        }

        Span<byte> label = stackalloc byte[1];
        for (long record = 0; record < length / RecordLength; record++)
        {
            RandomAccess.Read(handle, label, record * RecordLength);
            if (label[0] >= ClassNames.Count)
            {
                throw new InvalidDataException($"{path} is no CIFAR-10 file, or class names are missing: record {record} has label {label[0]}, but there are {ClassNames.Count} class names.");
            }

            _labels.Add(label[0]);
        }
    }

    private (string Path, SafeFileHandle Handle, int First) FileOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _files.FindLast(file => file.First <= index);
    }

    private static string[] ReadClassNames(string path)
    {
        string names = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "batches.meta.txt");
        return File.Exists(names)
            ? [.. File.ReadLines(names).Select(line => line.Trim()).Where(line => line.Length > 0)]
            : throw new FileNotFoundException($"{names} is missing; put it there or give the names of the classes.", names);
    }
}
