using System.Globalization;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Opens the files of an <see cref="ImageCache"/>, makes those that are missing, and counts what it did.</summary>
internal sealed class CacheFilling
{
    private readonly IImageSource _source;
    private readonly string _path;
    private readonly ImageCacheOptions _options;
    private readonly IProgress<int>? _progress;
    private readonly CancellationToken _cancellationToken;
    private readonly CacheFolder _folder;
    private readonly CachePartBuilder _builder;
    private readonly int _step;
    private int _done;
    private int _found;
    private int _damaged;

    /// <exception cref="IOException">The folder cannot be made.</exception>
    public CacheFilling(IImageSource source, string path, ImageCacheOptions options, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        (_source, _path, _options, _progress, _cancellationToken) = (source, path, options, progress, cancellationToken);
        _folder = new CacheFolder(path);
        _builder = new CachePartBuilder(source, _folder, options, CountOne, cancellationToken);
        _step = Math.Max(source.Count / 100, 1);
    }

    /// <summary>The files of the parts, in order.</summary>
    /// <exception cref="IOException">A file cannot be written, or an image's file could not be read for a reason that may pass.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ImageStore[] Open(IReadOnlyList<CachePart> parts)
    {
        _folder.RemoveAbandoned();
        var stores = new ImageStore[parts.Count];
        try
        {
            for (int number = 0; number < parts.Count; number++)
            {
                // Processes that fill one folder at the same time begin at different places and find each other's files.
                int place = (int)((number + (uint)Environment.ProcessId) % parts.Count);
                _cancellationToken.ThrowIfCancellationRequested();
                stores[place] = Open(parts[place]);
            }

            return stores;
        }
        catch
        {
            Array.ForEach(stores, store => store?.Dispose());
            throw;
        }
    }

    /// <summary>What was found and what was done, in one sentence.</summary>
    public string Describe(ImageStore[] stores)
    {
        int count = _source.Count, otherVersions = _folder.CountOtherVersions();
        string size = _options.ShorterSide is { } side ? $"shorter side {side}" : "own size";
        string decoded = _found == count ? "all were there" : _found == 0 ? "all were decoded" : $"{count - _found} of them were decoded now";
        string damaged = _damaged > 0 ? $"; {_damaged} damaged files were made anew" : "";
        string other = otherVersions > 0 ? $"; {otherVersions} files are of another version of the library and of no use to this one" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{count} images from the cache {_path} ({size}, {stores.Sum(store => store.Length) / 1e6:0} MB): {decoded}{damaged}{other}.");
    }

    private ImageStore Open(CachePart part)
    {
        ImageStore? store = _folder.TryOpen(part, out bool isDamaged);
        if (store is null)
        {
            _damaged += isDamaged ? 1 : 0;
            _builder.Build(part);
            return new ImageStore(_folder.FileOf(part));
        }

        _found += part.Count;
        _progress?.Report(Interlocked.Add(ref _done, part.Count));
        return store;
    }

    private void CountOne()
    {
        int count = Interlocked.Increment(ref _done);
        if (count % _step == 0 || count == _source.Count)
        {
            _progress?.Report(count);
        }
    }
}
