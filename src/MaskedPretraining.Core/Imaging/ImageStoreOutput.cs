using System.Buffers.Binary;
using System.Text;
using MaskedPretraining.Core.Checkpoints;
using Microsoft.Win32.SafeHandles;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// The file of an <see cref="ImageStore"/> while it is written. It has a name of its own until <see cref="Finish"/>; disposal without that removes it.
/// Images can be appended by several threads at once.
/// </summary>
internal sealed class ImageStoreOutput : IDisposable
{
    private readonly string _path;
    private readonly string _partial;
    private readonly string _state;
    private readonly SafeFileHandle _file;
    private long _end = ImageStoreFormat.Magic.Length;
    private bool _isFinished;

    /// <param name="path">Name of the finished file.</param>
    /// <param name="partial">Name until then.</param>
    /// <param name="state">How things are if it cannot be written, as a sentence.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public ImageStoreOutput(string path, string partial, string state)
    {
        (_path, _partial, _state) = (path, partial, state);
        _file = Guarded(() => File.OpenHandle(partial, FileMode.Create, FileAccess.Write, FileShare.None));
    }

    /// <summary>Whether images can be appended.</summary>
    public bool IsOpen => !_file.IsClosed;

    /// <summary>Appends an image.</summary>
    public ImageStoreEntry Append(PixelView image) => new(Append(image.Pixels), image.Width, image.Height, image.Channels);

    /// <summary>Appends what is wrong with an image instead of it.</summary>
    public ImageStoreEntry AppendFailure(string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(reason);
        return new ImageStoreEntry(Append(text), text.Length, 0, 0);
    }

    /// <summary>Completes the file, sees it to the disk and gives it its name.</summary>
    /// <param name="entries">An entry an image, in the order of their numbers.</param>
    public void Finish(IReadOnlyList<ImageStoreEntry> entries)
    {
        byte[] index = new byte[(entries.Count * ImageStoreEntry.Size) + ImageStoreFormat.FooterLength];
        for (int number = 0; number < entries.Count; number++)
        {
            entries[number].Write(index.AsSpan(number * ImageStoreEntry.Size));
        }

        Span<byte> footer = index.AsSpan(entries.Count * ImageStoreEntry.Size);
        BinaryPrimitives.WriteInt64LittleEndian(footer, entries.Count);
        BinaryPrimitives.WriteInt64LittleEndian(footer[8..], _end);
        ImageStoreFormat.Magic.CopyTo(footer[16..]);
        Append(index);
        Write(ImageStoreFormat.Magic, 0);
        Guarded(() =>
        {
            RandomAccess.FlushToDisk(_file);
            _file.Dispose();
            File.Move(_partial, _path, overwrite: true);
            return _isFinished = true;
        });
    }

    /// <summary>Closes the file; removes it unless it was finished.</summary>
    public void Dispose()
    {
        if (!_isFinished)
        {
            _file.Dispose();
            File.Delete(_partial);
        }
    }

    private long Append(ReadOnlySpan<byte> bytes)
    {
        long offset = Interlocked.Add(ref _end, bytes.Length) - bytes.Length;
        Write(bytes, offset);
        return offset;
    }

    private void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(_file, bytes, offset);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw WriteErrors.Explain(_path, exception, _state);
        }
    }

    private T Guarded<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw WriteErrors.Explain(_path, exception, _state);
        }
    }
}
