using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// A file of raw images, written once by an <see cref="ImageStoreWriter"/>, for data that arrives as a stream of rows and is wanted in any order many times.
/// Images and index are read from the file when asked for (the operating system caches them), so that memory does not grow with their number.
/// Thread safe. Dispose closes the file.
/// </summary>
public sealed class ImageStore : IImageSource, IDisposable
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly int _channels;
    private readonly long _indexOffset;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no complete image store.</exception>
    public ImageStore(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = path;
        _handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        long length = RandomAccess.GetLength(_handle);
        Span<byte> footer = stackalloc byte[ImageStoreFormat.FooterLength];
        int read = length < footer.Length ? 0 : RandomAccess.Read(_handle, footer, length - footer.Length);
        Count = BinaryPrimitives.ReadInt32LittleEndian(footer);
        _channels = BinaryPrimitives.ReadInt32LittleEndian(footer[4..]);
        _indexOffset = BinaryPrimitives.ReadInt64LittleEndian(footer[8..]);
        if (read != footer.Length || !footer[16..].SequenceEqual(ImageStoreFormat.Magic) || _indexOffset + (long)Count * ImageStoreFormat.EntryLength + footer.Length != length)
        {
            _handle.Dispose();
            throw new InvalidDataException($"{path} is no complete image store; write it again.");
        }
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public string NameOf(int index) => $"image {index} of {_path}";

    /// <inheritdoc/>
    public RgbImage Load(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        Span<byte> entry = stackalloc byte[ImageStoreFormat.EntryLength];
        ReadExactly(entry, _indexOffset + (long)index * entry.Length, index);
        long offset = BinaryPrimitives.ReadInt64LittleEndian(entry);
        int width = BinaryPrimitives.ReadInt32LittleEndian(entry[8..]);
        int height = BinaryPrimitives.ReadInt32LittleEndian(entry[12..]);
        if (width < 1 || height < 1 || offset < ImageStoreFormat.Magic.Length || (long)width * height * _channels > _indexOffset - offset)
        {
            throw new ImageFormatException(NameOf(index), "its index entry is damaged.");
        }

        byte[] pixels = GC.AllocateUninitializedArray<byte>(width * height * _channels);
        ReadExactly(pixels, offset, index);
        return new RgbImage(width, height, pixels, _channels);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private void ReadExactly(Span<byte> buffer, long offset, int index)
    {
        while (buffer.Length > 0)
        {
            int read = RandomAccess.Read(_handle, buffer, offset);
            if (read == 0)
            {
                throw new ImageFormatException(NameOf(index), "the file has become shorter.");
            }

            buffer = buffer[read..];
            offset += read;
        }
    }
}
