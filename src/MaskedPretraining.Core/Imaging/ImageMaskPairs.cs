using System.Text.RegularExpressions;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Photos with a mask of the object of each, in step.</summary>
public sealed class ImageMaskPairs
{
    /// <summary>What stands for the photo's name without its ending in the name of a mask.</summary>
    private const string Stem = "{name}";

    private ImageMaskPairs(IImageSource images, IImageSource masks) => (Images, Masks) = (images, masks);

    /// <summary>The photos; an <see cref="ILabeledImageSource"/> if they lie in class folders.</summary>
    public IImageSource Images { get; }

    /// <summary>The masks, bright where the object is, in the order of the photos.</summary>
    public IImageSource Masks { get; }

    /// <summary>Pairs the files of two folders by name, or those of one folder by a pattern.</summary>
    /// <param name="imageFolder">The photos. Sub-folders are classes as in <see cref="ImageFolder.Open"/>.</param>
    /// <param name="maskFolder">The masks, in the same sub-folders; may be the photos' folder if <paramref name="maskName"/> tells masks from photos.</param>
    /// <param name="decoder">Turns a file's bytes into pixels; thread safe.</param>
    /// <param name="maskName">File name of a photo's mask; <c>{name}</c> stands for the photo's without its ending. For example <c>{name}_mask.png</c>.</param>
    /// <exception cref="ArgumentException">The name lacks <c>{name}</c>, or both folders are the same and it does not tell masks from photos.</exception>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="InvalidDataException">There is no photo, or a photo has no mask; the message names it and the mask expected.</exception>
    public static ImageMaskPairs Open(string imageFolder, string maskFolder, IImageDecoder decoder, string maskName = "{name}.png")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(maskFolder);
        ArgumentException.ThrowIfNullOrWhiteSpace(maskName);
        bool isOneFolder = Path.GetFullPath(imageFolder) == Path.GetFullPath(maskFolder);
        if (!maskName.Contains(Stem, StringComparison.Ordinal) || (isOneFolder && Path.GetFileNameWithoutExtension(maskName) == Stem))
        {
            throw new ArgumentException($"'{maskName}' must contain {Stem} for the photo's name without its ending and, where masks lie beside photos, something more: for example {Stem}_mask.png.", nameof(maskName));
        }

        var images = ImageFolder.Open(imageFolder, decoder);
        images = isOneFolder ? WithoutMasks(images, maskName) : images;
        string[] masks = [.. Enumerable.Range(0, images.Count).Select(index => MaskOf(images.NameOf(index)))];
        string[] missing = [.. Enumerable.Range(0, masks.Length).Where(index => !File.Exists(masks[index])).Select(index => $"{images.NameOf(index)} (expected {masks[index]})")];
        return missing.Length == 0
            ? new ImageMaskPairs(images, new ImageFileSource(masks, decoder))
            : throw new InvalidDataException($"{missing.Length} of {images.Count} photos have no mask. The first: {missing[0]}. Add the masks, or move these photos elsewhere.");

        string MaskOf(string image) => Path.Combine(
            maskFolder,
            Path.GetDirectoryName(Path.GetRelativePath(imageFolder, image))!,
            maskName.Replace(Stem, Path.GetFileNameWithoutExtension(image), StringComparison.Ordinal));
    }

    private static IImageSource WithoutMasks(IImageSource files, string maskName)
    {
        var pattern = new Regex("^" + Regex.Escape(maskName).Replace(Regex.Escape(Stem), ".+", StringComparison.Ordinal) + "$");
        int[] photos = [.. Enumerable.Range(0, files.Count).Where(index => !pattern.IsMatch(Path.GetFileName(files.NameOf(index))))];
        return photos.Length > 0
            ? FilteredImageSource.Of(files, photos)
            : throw new InvalidDataException($"All {files.Count} files are masks by their names ({maskName}); there is no photo.");
    }
}
