using System.Globalization;
using MaskedPretraining.Core.Validation;

namespace MaskedPretraining.Core.Imaging;

/// <summary>
/// The images of a source, decoded once into files that are mapped into memory, and lent from there in any order without a copy. Files are used again by later runs as long as the images are the
/// same: each has a name made of the layout's version, the shorter side, and name, length and time of every image file in it. Thread safe. Dispose closes the files when the last image is let go.
/// </summary>
/// <remarks>
/// <para>About a thousand images make up a file, which takes its name when it is whole and on the disk. So a run that is killed goes on with the next file, an image that changes, comes or goes costs
/// its own file and not all, and several processes can fill and use a folder at once. Files that no image asks for any more stay; the folder can be deleted at any time when nobody uses it.</para>
/// <para>Memory holds a few numbers a file. The pixels are pages of the operating system's file cache, which it takes back when memory is short.</para>
/// <para>An image that cannot be read is remembered as such, with the reason, until its file changes.</para>
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
    /// <exception cref="IOException">The folder cannot be written or the disk is full; files that are whole stay.</exception>
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
        var stores = new ImageStore[parts.Count];
        try
        {
            string description = Fill(stores, parts, source, new CacheFolder(folder), folder, options, progress, cancellationToken);
            return new ImageCache(source, stores, [.. parts.Select(part => part.First)], description);
        }
        catch
        {
            Array.ForEach(stores, store => store?.Dispose());
            throw;
        }
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

    private static string Fill(
        ImageStore[] stores, List<CachePart> parts, IImageSource source, CacheFolder files, string folder, ImageCacheOptions options, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        int done = 0, found = 0, damaged = 0;
        int step = Math.Max(source.Count / 100, 1);
        void Tell()
        {
            int count = Interlocked.Increment(ref done);
            if (count % step == 0 || count == source.Count)
            {
                progress?.Report(count);
            }
        }

        var builder = new CachePartBuilder(source, files, options, Tell, cancellationToken);
        files.RemoveAbandoned();
        for (int number = 0; number < parts.Count; number++)
        {
            // Processes that fill one folder at the same time begin at different places and find each other's files.
            int place = (int)((number + (uint)Environment.ProcessId) % parts.Count);
            cancellationToken.ThrowIfCancellationRequested();
            ImageStore? store = files.TryOpen(parts[place], out bool isDamaged);
            if (store is not null)
            {
                found += parts[place].Count;
                Interlocked.Add(ref done, parts[place].Count);
                progress?.Report(Volatile.Read(ref done));
            }
            else
            {
                damaged += isDamaged ? 1 : 0;
                builder.Build(parts[place]);
            }

            stores[place] = store ?? new ImageStore(files.FileOf(parts[place]));
        }

        return Describe(source.Count, found, damaged, files.CountOtherVersions(), stores.Sum(store => store.Length), folder, options);
    }

    private static string Describe(int count, int found, int damaged, int otherVersions, long bytes, string folder, ImageCacheOptions options)
    {
        string size = options.ShorterSide is { } side ? $"shorter side {side}" : "own size";
        string decoded = found == count ? "all were there" : found == 0 ? "all were decoded" : string.Create(CultureInfo.InvariantCulture, $"{count - found} of them were decoded because they are new or changed");
        string also = (damaged > 0 ? $"; {damaged} damaged files were made anew" : "") + (otherVersions > 0 ? $"; {otherVersions} files are of another version of the library and are of no use to this one" : "");
        return string.Create(CultureInfo.InvariantCulture, $"{count} images from the cache {folder} ({size}, {bytes / 1e6:0} MB): {decoded}{also}.");
    }
}
