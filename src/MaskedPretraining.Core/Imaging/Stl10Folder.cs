using System.Globalization;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Opens STL-10 in its binary layout (Coates, Ng, Lee 2011): 96x96 pixels, few labels and many images without.</summary>
public static class Stl10Folder
{
    /// <summary>Number of folds of the training images.</summary>
    public const int Folds = 10;

    /// <summary>Opens a part. Images are read when they are asked for; only the labels are kept in memory.</summary>
    /// <param name="folder">The folder with <c>train_X.bin</c>, <c>train_y.bin</c>, <c>test_X.bin</c>, <c>test_y.bin</c>, <c>unlabeled_X.bin</c>, <c>class_names.txt</c> and <c>fold_indices.txt</c>; only the files of the part asked for need be there.</param>
    /// <param name="split">The part. Images without labels are never mixed with labelled ones.</param>
    /// <param name="fold">Fold of the training images, 0 to 9, as <c>fold_indices.txt</c> lists it; null for all of them.</param>
    /// <returns>An <see cref="ILabeledImageSource"/>, except for <see cref="Stl10Split.Unlabeled"/>. Thread safe.</returns>
    /// <exception cref="ArgumentException">A fold is asked for of another part than the training images.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is no such file or does not fit the others; the message names it.</exception>
    public static IImageSource Open(string folder, Stl10Split split, int? fold = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (fold is not null && split != Stl10Split.Train)
        {
            throw new ArgumentException($"Only the training images have folds; leave the fold out for {split}.", nameof(fold));
        }

        string prefix = split switch
        {
            Stl10Split.Train => "train",
            Stl10Split.Test => "test",
            Stl10Split.Unlabeled => "unlabeled",
            _ => throw new ArgumentOutOfRangeException(nameof(split), split, "There is no such split."),
        };
        var images = new Stl10Images(Path.Combine(folder, $"{prefix}_X.bin"));
        if (split == Stl10Split.Unlabeled)
        {
            return images;
        }

        string[] names = ListFile.Read(Path.Combine(folder, "class_names.txt"), "the names of the ten classes, one a line");
        var labeled = new LabeledImageSource(images, ReadLabels(Path.Combine(folder, $"{prefix}_y.bin"), images.Count, names.Length), names);
        return fold is { } number ? FilteredImageSource.Of(labeled, ReadFold(Path.Combine(folder, "fold_indices.txt"), number, images.Count)) : labeled;
    }

    private static int[] ReadLabels(string path, int images, int classes)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is missing; it should hold a label byte for each image.", path);
        }

        byte[] labels = File.ReadAllBytes(path);
        if (labels.Length != images)
        {
            throw new InvalidDataException($"{path} has {labels.Length} labels, a byte each, but there are {images} images.");
        }

        int wrong = Array.FindIndex(labels, label => label < 1 || label > classes);
        return wrong < 0
            ? Array.ConvertAll(labels, label => label - 1)
            : throw new InvalidDataException($"{path} has label {labels[wrong]} for image {wrong}, but labels count from 1 to {classes}, the number of class names.");
    }

    private static int[] ReadFold(string path, int fold, int images)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fold);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fold, Folds);
        string[] lines = ListFile.Read(path, "the image numbers of a fold in each of ten lines");
        if (lines.Length != Folds)
        {
            throw new InvalidDataException($"{path} has {lines.Length} lines, but there are {Folds} folds, a line each.");
        }

        return Array.ConvertAll(lines[fold].Split(' ', StringSplitOptions.RemoveEmptyEntries), text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < images
                ? index
                : throw new InvalidDataException($"{path}, line {fold + 1}: '{text}' is no image number from 0 to {images - 1}."));
    }
}
