using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// The images of a source, decoded once into files that are mapped into memory, and lent from there in any order without a copy. Files are used again by later runs as long as the images are the
/// same: each has a name made of the layout's version, the shorter side, and name, length and time of every image file in it (of the target, if it is a link). Thread safe. Dispose closes the files when the last image is let go.
/// </summary>
/// <remarks>
/// <para>About a thousand images make up a file, which takes its name when it is whole and on the disk. So a run that is killed goes on with the next file, an image that changes, comes or goes costs
/// its own file and not all, and several processes can fill and use a folder at once. Files that no image asks for any more stay; the folder can be deleted at any time when nobody uses it.</para>
/// <para>Memory holds a few numbers a file. The pixels are pages of the operating system's file cache, which it takes back when memory is short.</para>
/// <para>What is in an image file is not compared, since reading every file at every start would cost what the cache saves: one that changes and keeps both length and time goes unnoticed. <see
/// cref="ImageCacheOptions.SourceVersion"/> is for that. An image that cannot be decoded is remembered as such, with the reason, until its file changes.</para>
/// </remarks>
public sealed class ImageCache : IImageSource, IDisposable
{
    private readonly IImageSource _source;
    private readonly ImageStore[] _stores;
    private readonly int[] _first;

    private ImageCache(IImageSource source, ImageStore[] stores, int[] first, string description) =>
        (_source, _stores, _first, Description) = (source, stores, first, description);

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <summary>What was found and what was done, in one sentence.</summary>
    public string Description { get; }

    /// <summary>Opens the cache of a source and decodes what it lacks, with all cores.</summary>
    /// <param name="source">The images; asked for names later on, and for images only here.</param>
    /// <param name="folder">Where the files lie; made if it is not there. Several data sets and sizes can share it.</param>
    /// <param name="options">Shorter side and threads; null for the defaults.</param>
    /// <param name="progress">Told the number of images that are there so far, about a hundred times; may be null.</param>
    /// <param name="cancellationToken">Ends the decoding with <see cref="OperationCanceledException"/>; files that are whole stay for the next time.</param>
    /// <exception cref="InvalidOptionsException">The options lie outside their ranges.</exception>
    /// <exception cref="ArgumentException">The names of the source's images are no files, and <see cref="ImageCacheOptions.SourceVersion"/> is not set.</exception>
    /// <exception cref="InvalidDataException">The source is empty.</exception>
    /// <exception cref="IOException">The folder cannot be written, the disk is full, or an image's file cannot be read for a reason that may pass (permissions, a disk that is away); files that are whole stay.</exception>
    public static ImageCache Open(IImageSource source, string folder, ImageCacheOptions? options = null, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options = options?.Clone() ?? new ImageCacheOptions();
        var errors = new OptionErrors();
        options.Validate(errors);
        errors.ThrowIfAny(nameof(ImageCacheOptions));
        if (source.Count == 0)
        {
            throw new InvalidDataException("There are no images to cache: the image source is empty.");
        }

        var parts = CacheParts.Of(source, options, cancellationToken);
        var filling = new CacheFilling(source, folder, options, progress, cancellationToken);
        ImageStore[] stores = filling.Open(parts);
        return new ImageCache(source, stores, [.. parts.Select(part => part.First)], filling.Describe(stores));
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _source.NameOf(index);

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
    public void Load(int index, ImageBuffer buffer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        int place = Array.BinarySearch(_first, index);
        int part = place < 0 ? ~place - 1 : place;
        _stores[part].Load(index - _first[part], buffer, this, index);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => Array.ForEach(_stores, store => store.Dispose());
}
