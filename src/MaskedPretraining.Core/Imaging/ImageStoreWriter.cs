using System.Buffers.Binary;
using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// Packs images that arrive one by one into a file for an <see cref="ImageStore"/>. The file takes its name in <see cref="Finish"/>; until then, and if the writer is
/// disposed without it, there is only one with <c>.partial</c> at the end, which disposal removes. Not thread safe.
/// </summary>
public sealed class ImageStoreWriter : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly int _maximumShorterSide;
    private readonly FileStream _stream;
    private readonly PilResampler _resampler = new(ResampleFilter.Bicubic);
    private readonly List<(long Offset, int Width, int Height)> _entries = [];
    private int _channels;
    private bool _isFinished;

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where to; an existing file is replaced in <see cref="Finish"/>.</param>
    /// <param name="maximumShorterSide">Images whose shorter side is longer are reduced to it (bicubic, aspect ratio kept). Default: never.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public ImageStoreWriter(string path, int maximumShorterSide = int.MaxValue)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumShorterSide);
        (_path, _partial, _maximumShorterSide) = (path, path + ".partial", maximumShorterSide);
        _stream = Guarded(() => new FileStream(_partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16));
        Guarded(() => _stream.Write(ImageStoreFormat.Magic));
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
        ObjectDisposedException.ThrowIf(_isFinished || !_stream.CanWrite, this);
        if (_entries.Count > 0 && image.Channels != _channels)
        {
            throw new ArgumentException($"Image {Count} has {image.Channels} channels, but the first one has {_channels}.", nameof(image));
        }

        _channels = image.Channels;
        image = Reduce(image);
        _entries.Add((_stream.Position, image.Width, image.Height));
        Guarded(() => _stream.Write(image.Pixels));
    }

    /// <summary>Completes the file and opens it.</summary>
    /// <exception cref="InvalidDataException">No image was added.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public ImageStore Finish()
    {
        ObjectDisposedException.ThrowIf(_isFinished || !_stream.CanWrite, this);
        if (_entries.Count == 0)
        {
            throw new InvalidDataException($"{_path} cannot be made: there are no images.");
        }

        Guarded(() =>
        {
            WriteIndex();
            _stream.Flush(flushToDisk: true);
            _stream.Dispose();
            File.Move(_partial, _path, overwrite: true);
        });
        _isFinished = true;
        return new ImageStore(_path);
    }

    /// <summary>Closes the writer; removes the file unless it was finished.</summary>
    public void Dispose()
    {
        if (_isFinished)
        {
            return;
        }

        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // The last buffer did not fit on the disk; the file goes anyway.
        }

        File.Delete(_partial);
    }

    private RgbImage Reduce(RgbImage image)
    {
        int shorter = Math.Min(image.Width, image.Height);
        if (shorter <= _maximumShorterSide)
        {
            return image;
        }

        double scale = (double)_maximumShorterSide / shorter;
        return _resampler.Resize(image, new CropBox(0, 0, image.Height, image.Width), (int)Math.Round(image.Height * scale), (int)Math.Round(image.Width * scale));
    }

    private void WriteIndex()
    {
        long indexOffset = _stream.Position;
        Span<byte> entry = stackalloc byte[ImageStoreFormat.FooterLength];
        foreach ((long offset, int width, int height) in _entries)
        {
            BinaryPrimitives.WriteInt64LittleEndian(entry, offset);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], width);
            BinaryPrimitives.WriteInt32LittleEndian(entry[12..], height);
            _stream.Write(entry[..ImageStoreFormat.EntryLength]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(entry, Count);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], _channels);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], indexOffset);
        ImageStoreFormat.Magic.CopyTo(entry[16..]);
        _stream.Write(entry);
    }

    private void Guarded(Action write) => Guarded(() =>
    {
        write();
        return 0;
    });

    private T Guarded<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw WriteErrors.Explain(_path, exception, "What was there before is unchanged.");
        }
    }
}
