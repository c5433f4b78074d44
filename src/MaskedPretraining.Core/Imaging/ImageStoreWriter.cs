namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// Packs images that arrive one by one into a file for an <see cref="ImageStore"/>. The file takes its name in <see cref="Finish"/>; until then, and if the writer is
/// disposed without it, there is only one with <c>.partial</c> at the end, which disposal removes. Not thread safe.
/// </summary>
public sealed class ImageStoreWriter : IDisposable
{
    private readonly string _path;
    private readonly ShorterSide _shorterSide;
    private readonly ImageStoreOutput _output;
    private readonly List<ImageStoreEntry> _entries = [];
    private int _channels;

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where to; an existing file is replaced in <see cref="Finish"/>.</param>
    /// <param name="maximumShorterSide">Images whose shorter side is longer are reduced to it (bicubic, aspect ratio kept). Default: never.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public ImageStoreWriter(string path, int maximumShorterSide = int.MaxValue)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumShorterSide);
        (_path, _shorterSide) = (path, new ShorterSide(maximumShorterSide));
        _output = new ImageStoreOutput(path, path + ".partial", "What was there before is unchanged.");
    }

    /// <summary>Images added so far.</summary>
    public int Count => _entries.Count;

    /// <summary>Appends an image.</summary>
    /// <param name="image">With as many channels as the first one.</param>
    /// <exception cref="ArgumentException">It has other channels.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public void Add(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        ObjectDisposedException.ThrowIf(!_output.IsOpen, this);
        if (_entries.Count > 0 && image.Channels != _channels)
        {
            throw new ArgumentException($"Image {Count} has {image.Channels} channels, but the first one has {_channels}.", nameof(image));
        }

        _channels = image.Channels;
        _entries.Add(_output.Append(_shorterSide.Reduce(image)));
    }

    /// <summary>Completes the file and opens it.</summary>
    /// <exception cref="InvalidDataException">No image was added.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public ImageStore Finish()
    {
        ObjectDisposedException.ThrowIf(!_output.IsOpen, this);
        if (_entries.Count == 0)
        {
            throw new InvalidDataException($"{_path} cannot be made: there are no images.");
        }

        _output.Finish(_entries);
        return new ImageStore(_path);
    }

    /// <summary>Closes the writer; removes the file unless it was finished.</summary>
    public void Dispose() => _output.Dispose();
}
