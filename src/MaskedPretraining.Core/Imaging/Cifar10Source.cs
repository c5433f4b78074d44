namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// CIFAR-10 in its binary layout (Krizhevsky 2009): records of one label byte and 3072 bytes, 1024 each of red, green and blue, 32 rows of 32. Records are read
/// when they are asked for; only the labels are kept in memory. Thread safe. Dispose closes the files.
/// </summary>
public sealed class Cifar10Source : ILabeledImageSource, IDisposable
{
    private readonly CifarRecords _records;

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
        _records = new CifarRecords(paths, "CIFAR-10", labelBytes: 1, labelByte: 0, ClassNames.Count);
    }

    /// <inheritdoc/>
    public int Count => _records.Count;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public string NameOf(int index) => _records.NameOf(index);

    /// <inheritdoc/>
    public int LabelOf(int index) => _records.LabelOf(index);

    /// <inheritdoc/>
    public RgbImage Load(int index) => _records.Load(index);

    /// <inheritdoc/>
    public void Load(int index, ImageBuffer buffer) => _records.Load(index, buffer);

    /// <summary>Closes the files.</summary>
    public void Dispose() => _records.Dispose();

    private static string[] ReadClassNames(string path)
    {
        string names = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "batches.meta.txt");
        return File.Exists(names)
            ? ListFile.Read(names, "the names of the classes, one a line")
            : throw new FileNotFoundException($"{names} is missing; put it there or give the names of the classes.", names);
    }
}
