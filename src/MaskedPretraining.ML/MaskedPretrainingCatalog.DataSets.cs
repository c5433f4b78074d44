using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.ML.Imaging;
using Microsoft.ML;

namespace MaskedPretraining.ML;

public sealed partial class MaskedPretrainingCatalog
{
    /// <summary>CIFAR-100 in its binary layout with its 100 fine labels: <c>ImagePath</c> (text: file and record), <c>Label</c> (text), <c>Image</c> (32x32 pixels).</summary>
    /// <param name="paths">Files: <c>train.bin</c>, <c>test.bin</c>; <c>fine_label_names.txt</c> lies beside them.</param>
    /// <exception cref="IOException">A file cannot be read, or the names are missing.</exception>
    /// <exception cref="InvalidDataException">A file has another length than whole records have, or labels without names.</exception>
    public IDataView Cifar100(params string[] paths) => Cifar100(Cifar100Labels.Fine, paths);

    /// <summary>CIFAR-100 in its binary layout: <c>ImagePath</c> (text: file and record), <c>Label</c> (text), <c>Image</c> (32x32 pixels).</summary>
    /// <param name="labels">The 100 fine classes or the 20 coarse ones.</param>
    /// <param name="paths">Files: <c>train.bin</c>, <c>test.bin</c>; <c>fine_label_names.txt</c> or <c>coarse_label_names.txt</c> lies beside them.</param>
    /// <inheritdoc cref="Cifar100(string[])" path="/exception"/>
    public IDataView Cifar100(Cifar100Labels labels, params string[] paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return new ImageSourceView(_context, new Cifar100Source(paths, labels), nameof(Cifar100), isComplete: true);
    }

    /// <summary>A part of STL-10 in its binary layout: <c>ImagePath</c> (text: file and record), <c>Label</c> (text, not for <see cref="Stl10Split.Unlabeled"/>), <c>Image</c> (96x96 pixels).</summary>
    /// <inheritdoc cref="Stl10Folder.Open" path="/param"/>
    /// <inheritdoc cref="Stl10Folder.Open" path="/exception"/>
    public IDataView Stl10(string folder, Stl10Split split = Stl10Split.Train, int? fold = null) =>
        new ImageSourceView(_context, Stl10Folder.Open(folder, split, fold), nameof(Stl10), isComplete: true);

    /// <summary>A part of Tiny ImageNet as published: <c>ImagePath</c> (text), <c>Label</c> (text, not for <see cref="TinyImageNetSplit.Test"/>), <c>Image</c> (64x64 pixels).</summary>
    /// <param name="folder">The folder with <c>train</c>, <c>val</c>, <c>test</c>, <c>wnids.txt</c> and <c>words.txt</c>. Without <c>words.txt</c> classes are called by their synsets.</param>
    /// <param name="split">The part.</param>
    /// <inheritdoc cref="TinyImageNetFolder.Open" path="/exception"/>
    public IDataView TinyImageNet(string folder, TinyImageNetSplit split = TinyImageNetSplit.Train) =>
        new ImageSourceView(_context, TinyImageNetFolder.Open(folder, split, new MLImageDecoder()), nameof(TinyImageNet));

    /// <summary>A part of ImageNet (ILSVRC 2012), with class folders or flat with the lists of the development kit: <c>ImagePath</c> (text), <c>Label</c> (text, if there are classes), <c>Image</c>.</summary>
    /// <param name="folder">One part, for example <c>train</c> or <c>val</c>: a sub-folder a synset, or all photos in the folder itself.</param>
    /// <param name="synsets">A text file with a synset a line in the order of the class numbers, possibly with words behind it, which then name the classes. Null: folders are the names.</param>
    /// <param name="groundTruth">For a flat folder, a text file with a line a photo in the order of the file names: a synset, or a class number that counts from 1 in the order of <paramref name="synsets"/>.</param>
    /// <inheritdoc cref="ImageNetFolder.Open" path="/exception"/>
    public IDataView ImageNet(string folder, string? synsets = null, string? groundTruth = null) =>
        new ImageSourceView(_context, ImageNetFolder.Open(folder, new MLImageDecoder(), synsets, groundTruth), nameof(ImageNet));

    /// <summary>A variant of ImageNet-9, the backgrounds challenge: <c>ImagePath</c> (text), <c>Label</c> (text: <c>00_dog</c> to <c>08_fish</c>), <c>Image</c> (224x224 pixels).</summary>
    /// <param name="folder">The folder with a sub-folder a variant: <c>original</c>, <c>mixed_same</c>, <c>mixed_rand</c> and so on, each with <c>val/CLASS</c>.</param>
    /// <param name="variant">The variant.</param>
    /// <inheritdoc cref="ImageNet9Folder.Open" path="/exception"/>
    public IDataView ImageNet9(string folder, BackgroundVariant variant = BackgroundVariant.Original) =>
        new ImageSourceView(_context, ImageNet9Folder.Open(folder, variant, new MLImageDecoder()), nameof(ImageNet9));

    /// <summary>Photos with masks of their objects: <c>ImagePath</c> (text), <c>Label</c> (text: the sub-folder's name, only if all photos lie in sub-folders), <c>Image</c>, <c>Mask</c> (an image, bright on the object).</summary>
    /// <param name="imageFolder">The photos.</param>
    /// <param name="maskFolder">The masks, in the same sub-folders; may be the photos' folder if <paramref name="maskName"/> tells masks from photos.</param>
    /// <param name="maskName">File name of a photo's mask; <c>{name}</c> stands for the photo's without its ending. For example <c>{name}_mask.png</c>.</param>
    /// <inheritdoc cref="Core.Imaging.ImageMaskPairs.Open" path="/exception"/>
    public IDataView ImageMaskPairs(string imageFolder, string maskFolder, string maskName = "{name}.png")
    {
        var pairs = Core.Imaging.ImageMaskPairs.Open(imageFolder, maskFolder, new MLImageDecoder(), maskName);
        return new ImageSourceView(_context, pairs.Images, nameof(ImageMaskPairs), isComplete: false, pairs.Masks);
    }
}
