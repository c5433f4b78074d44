namespace MaskedPretraining.Core.Imaging;

/// <summary>Opens a folder of photos.</summary>
public static class ImageFolder
{
    /// <summary>Endings of the files taken by default, without regard to case.</summary>
    public static IReadOnlyList<string> DefaultExtensions { get; } = [".jpg", ".jpeg", ".png"];

    /// <summary>
    /// Finds the images under a folder. If all of them lie in sub-folders, each sub-folder is a class of its name (sorted by character code, whatever lies
    /// deeper belongs to it) and the result is an <see cref="ILabeledImageSource"/>; if some lie in the folder itself, there are no classes.
    /// Files are sorted by path, so that numbers do not depend on the file system. Files and folders whose name begins with a dot are left out.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="decoder">Turns a file's bytes into pixels; thread safe.</param>
    /// <param name="extensions">Endings of the files to take; null for <see cref="DefaultExtensions"/>.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">The folder holds no image.</exception>
    public static IImageSource Open(string folder, IImageDecoder decoder, IReadOnlyList<string>? extensions = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(decoder);
        extensions ??= DefaultExtensions;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}. Name the folder that holds the images.");
        }

        var flat = FilesIn(folder, extensions, deep: false);
        if (flat.Count > 0)
        {
            return new ImageFileSource(FilesIn(folder, extensions, deep: true), decoder);
        }

        var paths = new List<string>();
        var labels = new List<int>();
        var classNames = new List<string>();
        foreach (string subfolder in Directory.GetDirectories(folder).Where(path => IsVisible(Path.GetFileName(path))).Order(StringComparer.Ordinal))
        {
            var files = FilesIn(subfolder, extensions, deep: true);
            if (files.Count > 0)
            {
                paths.AddRange(files);
                labels.AddRange(Enumerable.Repeat(classNames.Count, files.Count));
                classNames.Add(Path.GetFileName(subfolder));
            }
        }

        return paths.Count > 0
            ? new LabeledImageSource(new ImageFileSource(paths, decoder), labels, classNames)
            : throw new InvalidDataException($"There is no image in {folder}: no file there or in its sub-folders ends in {string.Join(", ", extensions)}.");
    }

    /// <summary>The images of a folder without its sub-folders, in the order of their paths.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds no image.</exception>
    internal static List<string> ImagesOf(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder {folder}; it should hold images.");
        }

        var files = FilesIn(folder, DefaultExtensions, deep: false);
        return files.Count > 0 ? files : throw new InvalidDataException($"There is no image in {folder}: no file there ends in {string.Join(", ", DefaultExtensions)}.");
    }

    private static List<string> FilesIn(string folder, IReadOnlyList<string> extensions, bool deep) =>
        [.. Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = deep, IgnoreInaccessible = true })
            .Where(path => extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            .Where(path => IsVisible(Path.GetRelativePath(folder, path)))
            .Order(StringComparer.Ordinal)];

    private static bool IsVisible(string relativePath) =>
        !Array.Exists(relativePath.Split(Path.DirectorySeparatorChar), part => part.StartsWith('.'));
}
