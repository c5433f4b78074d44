using MaskedPretraining.Core.Evaluation;
using MaskedPretraining.Core.Imaging.Backgrounds;

namespace MaskedPretraining.Core.Imaging;

/// <summary>Opens ImageNet-9, the backgrounds challenge (Xiao et al., Noise or Signal, ICLR 2021): <c>VARIANT/val/CLASS/*.JPEG</c>, nine classes, 224x224 pixels.</summary>
public static class ImageNet9Folder
{
    private static readonly Dictionary<BackgroundVariant, string> FolderNames = new()
    {
        [BackgroundVariant.Original] = "original",
        [BackgroundVariant.MixedSame] = "mixed_same",
        [BackgroundVariant.MixedRandom] = "mixed_rand",
        [BackgroundVariant.MixedNext] = "mixed_next",
        [BackgroundVariant.OnlyForeground] = "only_fg",
        [BackgroundVariant.NoForeground] = "no_fg",
        [BackgroundVariant.OnlyBackgroundBlack] = "only_bg_b",
        [BackgroundVariant.OnlyBackgroundTiled] = "only_bg_t",
    };

    /// <summary>Opens a variant. The classes are <see cref="ImageNet9.ClassNames"/>, called as their folders are.</summary>
    /// <param name="folder">The folder with a sub-folder a variant: <c>original</c>, <c>mixed_same</c>, <c>mixed_rand</c>, <c>mixed_next</c>, <c>only_fg</c>, <c>no_fg</c>, <c>only_bg_b</c>, <c>only_bg_t</c>.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="decoder">Turns a file's bytes into pixels; thread safe.</param>
    /// <exception cref="DirectoryNotFoundException">The variant's folder is missing.</exception>
    /// <exception cref="InvalidDataException">It has other folders than those of the nine classes, or one of them is empty.</exception>
    public static ILabeledImageSource Open(string folder, BackgroundVariant variant, IImageDecoder decoder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        string path = Path.Combine(folder, FolderNameOf(variant), "val");
        return ImageFolder.Open(path, decoder) is ILabeledImageSource images && images.ClassNames.SequenceEqual(ImageNet9.ClassNames, StringComparer.Ordinal)
            ? images
            : throw new InvalidDataException($"{path} is no variant of ImageNet-9: it should have the folders {string.Join(", ", ImageNet9.ClassNames)} with images in each of them, and nothing else.");
    }

    /// <summary>The variants that are there, in the order of their numbers.</summary>
    /// <param name="folder">The folder with a sub-folder a variant.</param>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static IReadOnlyList<BackgroundVariant> VariantsIn(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        BackgroundVariant[] found = [.. FolderNames.Where(pair => Directory.Exists(Path.Combine(folder, pair.Value))).Select(pair => pair.Key)];
        return found.Length > 0 ? found : throw new DirectoryNotFoundException($"{folder} has no variant of ImageNet-9: no sub-folder is called {string.Join(", ", FolderNames.Values)}.");
    }

    /// <summary>What a variant's folder is called.</summary>
    /// <param name="variant">The variant.</param>
    public static string FolderNameOf(BackgroundVariant variant) => FolderNames.TryGetValue(variant, out string? name)
        ? name
        : throw new ArgumentOutOfRangeException(nameof(variant), variant, "There is no such variant.");
}
