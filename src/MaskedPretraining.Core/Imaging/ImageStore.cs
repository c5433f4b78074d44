using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// A file of raw images, written once by an <see cref="ImageStoreWriter"/>, for data that arrives as a stream of rows and is wanted in any order many times.
/// The file is mapped into memory and lends its pixels without a copy; nothing is kept an image. Thread safe. Dispose closes the file when the last image is let go.
/// </summary>
public sealed class ImageStore : IImageSource, IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly MemoryMappedFile _mapping;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _indexOffset;
    private readonly long _length;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no complete image store.</exception>
    public ImageStore(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = path;
        // The name may be given to another file, or be removed, while this one is in use.
        _file = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete, options: FileOptions.RandomAccess);
        try
        {
            _length = RandomAccess.GetLength(_file);
            (Count, _indexOffset) = ReadFooter();
            _mapping = MemoryMappedFile.CreateFromFile(_file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _mapping.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _mapping?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Bytes of the file.</summary>
    internal long Length => _length;

    /// <inheritdoc/>
    public string NameOf(int index) => $"image {index} of {_path}";

    /// <inheritdoc/>
    public RgbImage Load(int index)
    {
        var buffer = new ImageBuffer();
        Load(index, buffer);
        RgbImage image = buffer.ToImage();
        buffer.Release();
        return image;
    }

    /// <inheritdoc/>
    public void Load(int index, ImageBuffer buffer) => Load(index, buffer, this, index);

    /// <summary>Lends an image.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="buffer">Borrows it.</param>
    /// <param name="names">Knows what to call it in a message.</param>
    /// <param name="nameIndex">Its number there.</param>
    internal void Load(int index, ImageBuffer buffer, IImageSource names, int nameIndex)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        // Touching what a mapped file has lost would end the process.
        if (RandomAccess.GetLength(_file) < _length)
        {
            throw new ImageFormatException(names.NameOf(nameIndex), $"{_path} has become shorter; write it again.");
        }

        Span<byte> bytes = stackalloc byte[ImageStoreEntry.Size];
        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(_indexOffset + ((long)index * ImageStoreEntry.Size)), bytes);
        var entry = ImageStoreEntry.Read(bytes);
        if (!entry.Fits(_indexOffset))
        {
            throw new ImageFormatException(names.NameOf(nameIndex), $"its index entry in {_path} is damaged; write the file again.");
        }

        buffer.Borrow(_view.SafeMemoryMappedViewHandle, entry.Offset, entry.Width, Math.Max(entry.Height, 1), Math.Max(entry.Channels, 1));
        if (entry.IsFailure)
        {
            string reason = Encoding.UTF8.GetString(buffer.Pixels);
            buffer.Release();
            throw new ImageFormatException(names.NameOf(nameIndex), reason);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _mapping.Dispose();
        _file.Dispose();
    }

    private (int Count, long IndexOffset) ReadFooter()
    {
        Span<byte> footer = stackalloc byte[ImageStoreFormat.FooterLength];
        int read = _length < footer.Length ? 0 : RandomAccess.Read(_file, footer, _length - footer.Length);
        long count = BinaryPrimitives.ReadInt64LittleEndian(footer);
        long indexOffset = BinaryPrimitives.ReadInt64LittleEndian(footer[8..]);
        return read == footer.Length && footer[16..].SequenceEqual(ImageStoreFormat.Magic) && count is >= 0 and <= int.MaxValue
            && indexOffset >= ImageStoreFormat.Magic.Length && indexOffset + (count * ImageStoreEntry.Size) + footer.Length == _length
            ? ((int)count, indexOffset)
            : throw new InvalidDataException($"{_path} is no complete image store; write it again.");
    }
}
