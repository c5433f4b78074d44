namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// CIFAR-100 in its binary layout (Krizhevsky 2009): records of a byte with the coarse label, one with the fine label, and 3072 bytes, 1024 each of red, green and blue,
/// 32 rows of 32. Records are read when they are asked for; only the labels are kept in memory. Thread safe. Dispose closes the files.
/// </summary>
public sealed class Cifar100Source : ILabeledImageSource, IDisposable
{
    private readonly CifarRecords _records;

    /// <summary>Opens files.</summary>
    /// <param name="paths">Files: <c>train.bin</c>, <c>test.bin</c>; their images are numbered one file after another.</param>
    /// <param name="labels">Which labels to take.</param>
    /// <param name="classNames">Names of these classes; null takes those in <c>fine_label_names.txt</c> or <c>coarse_label_names.txt</c> beside the first file.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is no CIFAR-100 file, or has a label without a name.</exception>
    public Cifar100Source(IReadOnlyList<string> paths, Cifar100Labels labels = Cifar100Labels.Fine, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));
        if (!Enum.IsDefined(labels))
        {
            throw new ArgumentOutOfRangeException(nameof(labels), labels, "There are no such labels.");
        }

        bool isFine = labels == Cifar100Labels.Fine;
        ClassNames = classNames ?? ListFile.Read(
            Path.Combine(Path.GetDirectoryName(Path.GetFullPath(paths[0]))!, isFine ? "fine_label_names.txt" : "coarse_label_names.txt"),
            $"the names of the {(isFine ? "100 fine" : "20 coarse")} classes, one a line");
        _records = new CifarRecords(paths, "CIFAR-100", labelBytes: 2, labelByte: isFine ? 1 : 0, ClassNames.Count);
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
}
