namespace MaskedPretraining.Core.Imaging;

/// <summary>Records of label bytes and a 32x32 image in colour planes, as both CIFAR sets have them. Only the labels are kept in memory. Thread safe.</summary>
internal sealed class CifarRecords : IDisposable
{
    private const int Side = 32;
    private const int ImageLength = 3 * Side * Side;
    private readonly RecordFiles _files;
    private readonly int _labelBytes;
    private readonly byte[] _labels;

    /// <param name="paths">The files.</param>
    /// <param name="format">Name of the set.</param>
    /// <param name="labelBytes">Bytes before the image.</param>
    /// <param name="labelByte">Which of them is the label.</param>
    /// <param name="classes">Number of classes that have names.</param>
    /// <exception cref="InvalidDataException">A file does not hold whole records, or has a label without a name.</exception>
    public CifarRecords(IReadOnlyList<string> paths, string format, int labelBytes, int labelByte, int classes)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count, nameof(paths));
        _labelBytes = labelBytes;
        _files = new RecordFiles(paths, labelBytes + ImageLength, format);
        try
        {
            _labels = ReadLabels(format, labelByte, classes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Count => _labels.Length;

    public string NameOf(int index) => _files.NameOf(index);

    public int LabelOf(int index) => _labels[index];

    public RgbImage Load(int index)
    {
        var buffer = new ImageBuffer();
        Load(index, buffer);
        return buffer.ToImage();
    }

    public void Load(int index, ImageBuffer buffer)
    {
        Span<byte> planes = stackalloc byte[ImageLength];
        _files.Read(index, _labelBytes, planes);
        ColorPlanes.Interleave(Side, planes, buffer);
    }

    public void Dispose() => _files.Dispose();

    private byte[] ReadLabels(string format, int labelByte, int classes)
    {
        byte[] labels = new byte[_files.Count];
        for (int index = 0; index < labels.Length; index++)
        {
            _files.Read(index, labelByte, labels.AsSpan(index, 1));
            if (labels[index] >= classes)
            {
                var (path, record) = _files.PlaceOf(index);
                throw new InvalidDataException($"{path} is no {format} file, or class names are missing: record {record} has label {labels[index]}, but there are {classes} class names.");
            }
        }

        return labels;
    }
}
