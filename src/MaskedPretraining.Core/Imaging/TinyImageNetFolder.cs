namespace MaskedPretraining.Core.Imaging;

/// <summary>Opens Tiny ImageNet as it is published (Stanford CS231n): 200 classes, 64x64 pixels.</summary>
public static class TinyImageNetFolder
{
    /// <summary>Opens a part. Classes are numbered in the order of <c>wnids.txt</c> and named by <c>words.txt</c>: the first word of the synset, with the synset behind it where two classes share it.</summary>
    /// <param name="folder">The folder with <c>train</c>, <c>val</c>, <c>test</c>, <c>wnids.txt</c> and <c>words.txt</c>. Without <c>words.txt</c> classes are called by their synsets.</param>
    /// <param name="split">The part.</param>
    /// <param name="decoder">Turns a file's bytes into pixels; thread safe.</param>
    /// <returns>An <see cref="ILabeledImageSource"/>, except for <see cref="TinyImageNetSplit.Test"/>.</returns>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="FileNotFoundException">A list is missing.</exception>
    /// <exception cref="InvalidDataException">A list or folder is empty, or a list names something unknown.</exception>
    public static IImageSource Open(string folder, TinyImageNetSplit split, IImageDecoder decoder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(decoder);
        if (split == TinyImageNetSplit.Test)
        {
            return new ImageFileSource(ImageFolder.ImagesOf(Path.Combine(folder, "test", "images")), decoder);
        }

        string[] ids = ListFile.Read(Path.Combine(folder, "wnids.txt"), "the synsets of the classes, one a line");
        var (paths, labels) = split switch
        {
            TinyImageNetSplit.Train => ReadTrain(Path.Combine(folder, "train"), ids),
            TinyImageNetSplit.Validation => ReadValidation(Path.Combine(folder, "val"), ids),
            _ => throw new ArgumentOutOfRangeException(nameof(split), split, "There is no such split."),
        };
        return new LabeledImageSource(new ImageFileSource(paths, decoder), labels, ReadNames(Path.Combine(folder, "words.txt"), ids));
    }

    private static (List<string> Paths, List<int> Labels) ReadTrain(string folder, string[] ids)
    {
        var (paths, labels) = (new List<string>(), new List<int>());
        foreach (var (label, id) in ids.Index())
        {
            var files = ImageFolder.ImagesOf(Path.Combine(folder, id, "images"));
            paths.AddRange(files);
            labels.AddRange(Enumerable.Repeat(label, files.Count));
        }

        return (paths, labels);
    }

    // Lines of image, synset and box, with tabs between them.
    private static (List<string> Paths, List<int> Labels) ReadValidation(string folder, string[] ids)
    {
        string list = Path.Combine(folder, "val_annotations.txt");
        var numbers = ids.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        var (paths, labels) = (new List<string>(), new List<int>());
        foreach (var (number, line) in ListFile.Read(list, "image, synset and box in each line").Index())
        {
            if (line.Split('\t') is not [var image, var id, ..] || !numbers.TryGetValue(id, out int label))
            {
                throw new InvalidDataException($"{list}, entry {number + 1}: '{line}' should be an image and a synset of wnids.txt with a tab between them.");
            }

            paths.Add(Path.Combine(folder, "images", image));
            labels.Add(label);
        }

        return (paths, labels);
    }

    private static string[] ReadNames(string path, string[] ids)
    {
        if (!File.Exists(path))
        {
            return ids;
        }

        var wanted = ids.ToHashSet(StringComparer.Ordinal);
        var words = File.ReadLines(path).Select(SynsetNames.Parse).Where(entry => wanted.Contains(entry.Id)).ToDictionary(entry => entry.Id, entry => entry.Words, StringComparer.Ordinal);
        string? missing = Array.Find(ids, id => !words.ContainsKey(id));
        return missing is null
            ? SynsetNames.Unique(ids, [.. ids.Select(id => words[id])])
            : throw new InvalidDataException($"{path} has no line for {missing} of wnids.txt. Complete it, or remove it to call classes by their synsets.");
    }
}
