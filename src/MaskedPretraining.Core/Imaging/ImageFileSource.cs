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
        string path = _paths[index];
        byte[] encoded;
        try
        {
            encoded = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ImageFormatException(path, $"the file cannot be opened ({exception.Message})", exception);
        }

        return EncodedImage.Decode(encoded, path, _decoder);
    }
}
