using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Pictures;
using MaskedPretraining.ML;

namespace DenseTransfer;

/// <summary>Photos, their true masks, predicted masks, and maps of the foreground with the box of their object.</summary>
internal static class SegmentationPictures
{
    private const int Enlarged = 2;

    /// <param name="path">Where the picture goes.</param>
    /// <param name="photos">The photos.</param>
    /// <param name="size">Height and width of predicted masks.</param>
    /// <param name="masks">Predicted masks, set by set, <c>[size, size]</c> each.</param>
    /// <param name="maps">Maps, set by set.</param>
    /// <param name="grid">The maps' grid.</param>
    public static void Save(string path, IReadOnlyList<DensePhoto> photos, int size, IReadOnlyList<float[][]> masks, IReadOnlyList<float[][]> maps, PatchGrid grid)
    {
        var images = photos.Select(photo => Load(photo.ImagePath, size)).ToList();
        PngWriter.Save(path, PictureGrid.Arrange(
            [
                .. images,
                .. photos.Select(photo => Load(photo.MaskPath, size)),
                .. masks.SelectMany(set => set.Select(mask => Black(mask, size))),
                .. maps.SelectMany(set => images.Select((image, i) => BoxPicture.Overlay(image, new AttentionGrid(grid, set[i])))),
            ],
            photos.Count,
            Enlarged));
    }

    private static RgbImage Load(string path, int size)
    {
        var image = new MLImageDecoder().Decode(File.ReadAllBytes(path), path);
        var pixels = new byte[size * size * image.Channels];
        new PilResampler(ResampleFilter.Bilinear).Resize(image, new CropBox(0, 0, image.Height, image.Width), size, size, pixels);
        return new RgbImage(size, size, image.Channels == 3 ? pixels : [.. pixels.SelectMany(grey => Enumerable.Repeat(grey, 3))]);
    }

    private static RgbImage Black(float[] mask, int size) => new(size, size, [.. mask.SelectMany(number => Enumerable.Repeat(number > 0 ? byte.MaxValue : (byte)0, 3))]);
}
