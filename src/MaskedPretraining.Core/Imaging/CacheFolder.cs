using MaskedPretraining.Core.Checkpoints;

namespace MaskedPretraining.Core.Imaging;

/// <summary>The files of <see cref="ImageCache"/>s in a folder. Caches of several data sets and sizes can share one, and several processes can use it at once, because a file never changes once it has its name.</summary>
internal sealed class CacheFolder
{
    private const string Ending = ".images";
    private const string PartialEnding = ".partial";
    private readonly string _path;

    /// <exception cref="IOException">There is no such folder and none can be made.</exception>
    public CacheFolder(string path)
    {
        _path = path;
        if (File.Exists(path))
        {
            throw new IOException($"The image cache cannot be kept in {path}: that is a file. Name a folder.");
        }

        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw WriteErrors.Explain(path, exception, "There is no image cache.");
        }
    }

    private static string Prefix => $"v{ImageStoreFormat.Version}-";

    /// <summary>The file of a part.</summary>
    public string FileOf(CachePart part) => Path.Combine(_path, $"{Prefix}{part.Key}{Ending}");

    /// <summary>A name that no other process uses for a file that is being written.</summary>
    public string PartialOf(CachePart part) => $"{FileOf(part)}.{Environment.ProcessId}-{Guid.NewGuid():N}{PartialEnding}";

    /// <summary>Opens the file of a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="isDamaged">Whether there is a file that is not whole.</param>
    /// <returns>Null if it is not there, or not whole.</returns>
    public ImageStore? TryOpen(CachePart part, out bool isDamaged)
    {
        isDamaged = false;
        try
        {
            var store = new ImageStore(FileOf(part));
            if (store.Count == part.Count)
            {
                return store;
            }

            store.Dispose();
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (InvalidDataException)
        {
            // Told as damaged below.
        }

        isDamaged = true;
        return null;
    }

    /// <summary>Whether the file of a part is there and whole.</summary>
    public bool Has(CachePart part)
    {
        using ImageStore? store = TryOpen(part, out _);
        return store is not null;
    }

    /// <summary>Files written by other versions of the library.</summary>
    public int CountOtherVersions() =>
        Directory.EnumerateFiles(_path, $"v*-*{Ending}").Count(file => !Path.GetFileName(file).StartsWith(Prefix, StringComparison.Ordinal));

    /// <summary>Removes what killed processes have left half written. Files that are being written are locked and stay.</summary>
    public void RemoveAbandoned()
    {
        foreach (string file in Directory.EnumerateFiles(_path, $"*{Ending}.*{PartialEnding}"))
        {
            try
            {
                // Removed before the lock is given up, so that nobody can begin to write it in between.
                File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Somebody is writing it, or we may not; neither is in our way.
            }
        }
    }
}
