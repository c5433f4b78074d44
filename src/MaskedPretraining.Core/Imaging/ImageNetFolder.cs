using System.Globalization;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Opens a part of ImageNet (ILSVRC 2012), with class folders or flat with the lists of the development kit.</summary>
public static class ImageNetFolder
{
    /// <summary>
    /// Opens a part. Class folders are classes; without <paramref name="synsets"/> they are numbered in the order of their names, which is the usual order of the thousand classes.
    /// A flat folder needs <paramref name="groundTruth"/>, or there are no classes.
    /// </summary>
    /// <param name="folder">One part, for example <c>train</c> or <c>val</c>: a sub-folder a synset, or all photos in the folder itself.</param>
    /// <param name="decoder">Turns a file's bytes into pixels; thread safe.</param>
    /// <param name="synsets">A text file with a synset a line in the order of the class numbers, possibly with words behind it (<c>n01440764 tench, Tinca tinca</c>), which then name the classes: the first word, with the synset behind it where two classes share it. Null: folders are the names.</param>
    /// <param name="groundTruth">For a flat folder, a text file with a line a photo in the order of the file names: a synset, or a class number that counts from 1 in the order of <paramref name="synsets"/>, such as <c>ILSVRC2012_validation_ground_truth.txt</c>. Its numbers follow the development kit's <c>meta.mat</c>, not the sorted order of the synsets; the list has to be in that order.</param>
    /// <returns>An <see cref="ILabeledImageSource"/> if there are classes.</returns>
    /// <exception cref="ArgumentException">A ground truth is given for class folders.</exception>
    /// <exception cref="IOException">A folder or list is missing.</exception>
    /// <exception cref="InvalidDataException">There is no image, or a list does not fit; the message names it.</exception>
    public static IImageSource Open(string folder, IImageDecoder decoder, string? synsets = null, string? groundTruth = null)
    {
        var images = ImageFolder.Open(folder, decoder);
        var list = synsets is null ? null : ReadSynsets(synsets);
        if (images is ILabeledImageSource labeled)
        {
            return groundTruth is null
                ? list is null ? labeled : InOrderOf(list, synsets!, labeled)
                : throw new ArgumentException($"{folder} has class folders, so that {groundTruth} is not needed; leave it out.", nameof(groundTruth));
        }

        return groundTruth is null ? images : Flat(folder, decoder, groundTruth, list);
    }

    private static List<(string Id, string Words)> ReadSynsets(string path)
    {
        var list = Array.ConvertAll(ListFile.Read(path, "a synset a line, in the order of the class numbers"), SynsetNames.Parse);
        string? twice = list.CountBy(entry => entry.Id).FirstOrDefault(pair => pair.Value > 1).Key;
        return twice is null ? [.. list] : throw new InvalidDataException($"{path} has {twice} more than once; each class has one line.");
    }

    private static LabeledImageSource InOrderOf(List<(string Id, string Words)> list, string path, ILabeledImageSource images)
    {
        int[] numbers = [.. images.ClassNames.Select(name => NumberOf(list, name) ?? throw new InvalidDataException($"{path} has no line for the class folder {name}."))];
        return new LabeledImageSource(images, [.. Enumerable.Range(0, images.Count).Select(index => numbers[images.LabelOf(index)])], NamesOf(list));
    }

    private static LabeledImageSource Flat(string folder, IImageDecoder decoder, string groundTruth, List<(string Id, string Words)>? list)
    {
        var paths = ImageFolder.ImagesOf(folder);
        string[] lines = ListFile.Read(groundTruth, "a synset or class number a line, for each photo in the order of the file names");
        if (lines.Length != paths.Count)
        {
            throw new InvalidDataException($"{groundTruth} has {lines.Length} lines, but {folder} has {paths.Count} photos; there is one line a photo.");
        }

        if (list is null && Array.Exists(lines, line => TryNumber(line, out _)))
        {
            throw new InvalidDataException($"{groundTruth} holds class numbers; give the list of the synsets that they count through as well.");
        }

        // Without a list of the classes, those that occur are numbered in the order of their synsets.
        list ??= [.. lines.Distinct().Order(StringComparer.Ordinal).Select(id => (id, ""))];
        var numbers = list.Index().ToDictionary(pair => pair.Item.Id, pair => pair.Index, StringComparer.Ordinal);
        int[] labels = [.. lines.Select((line, row) => LabelOf(line, numbers)
            ?? throw new InvalidDataException($"{groundTruth}, entry {row + 1}: '{line}' is neither one of the {numbers.Count} synsets nor a class number from 1 to {numbers.Count}."))];
        return new LabeledImageSource(new ImageFileSource(paths, decoder), labels, NamesOf(list));
    }

    private static int? LabelOf(string line, Dictionary<string, int> numbers) => TryNumber(line, out int number)
        ? number >= 1 && number <= numbers.Count ? number - 1 : null
        : numbers.TryGetValue(line, out int label) ? label : null;

    private static bool TryNumber(string line, out int number) => int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static int? NumberOf(List<(string Id, string Words)> list, string id) => list.FindIndex(entry => entry.Id == id) is var number and >= 0 ? number : null;

    private static string[] NamesOf(List<(string Id, string Words)> list) => SynsetNames.Unique([.. list.Select(entry => entry.Id)], [.. list.Select(entry => entry.Words)]);
}
