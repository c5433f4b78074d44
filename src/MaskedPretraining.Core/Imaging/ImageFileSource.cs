using Microsoft.Win32.SafeHandles;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Image files by path, decoded each time they are asked for and turned upright by their EXIF orientation. Thread safe if the decoder is.</summary>
public sealed class ImageFileSource : IImageSource
{
    private readonly IReadOnlyList<string> _paths;
    private readonly IImageDecoder _decoder;

    /// <summary>Creates a source.</summary>
    /// <param name="paths">The files, in the order of their numbers; not copied.</param>
    /// <param name="decoder">Turns a file's bytes into pixels; thread safe.</param>
    public ImageFileSource(IReadOnlyList<string> paths, IImageDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(decoder);
        (_paths, _decoder) = (paths, decoder);
    }

    /// <inheritdoc/>
    public int Count => _paths.Count;

    /// <summary>The file's path.</summary>
    /// <param name="index">Image number, 0 to <see cref="Count"/> - 1.</param>
    public string NameOf(int index) => _paths[index];

    /// <inheritdoc/>
    public RgbImage Load(int index)
    {
        var buffer = new ImageBuffer();
        Load(index, buffer);
        return buffer.ToImage();
    }

    /// <inheritdoc/>
    public void Load(int index, ImageBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        string path = _paths[index];
        EncodedImage.Decode(Read(path, buffer), path, _decoder, buffer);
    }

    private static ReadOnlyMemory<byte> Read(string path, ImageBuffer buffer)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            int length = checked((int)Math.Min(RandomAccess.GetLength(file), Array.MaxLength));
            byte[] encoded = buffer.RoomForFile(length);
            int read = 0;
            while (read < length && RandomAccess.Read(file, encoded.AsSpan(read, length - read), read) is > 0 and var more)
            {
                read += more;
            }

            // A file that is being written may have become shorter.
            return encoded.AsMemory(0, read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImageFormatException(path, $"the file cannot be opened ({exception.Message})", exception) { MayPass = exception is not FileNotFoundException };
        }
    }
}
