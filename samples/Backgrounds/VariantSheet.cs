using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Imaging.Backgrounds;
using MaskedPretraining.Core.Pictures;

namespace Backgrounds;

/// <summary>A row a photo, a column a variant.</summary>
internal static class VariantSheet
{
    private const int Side = 96;

    public static void Save(string path, ObjectPhotos photos, int count)
    {
        var variants = Enum.GetValues<BackgroundVariant>().Select(variant => photos.Compose(variant)).ToArray();
        var resampler = new PilResampler(ResampleFilter.Bilinear);
        var cells = Enumerable.Range(0, count).SelectMany(index => variants.Select(variant => Shrink(variant.Load(index))));
        PngWriter.Save(path, PictureGrid.Arrange([.. cells], variants.Length));

        RgbImage Shrink(RgbImage image)
        {
            double scale = Math.Min((double)Side / Math.Max(image.Width, image.Height), 1);
            return resampler.Resize(image, new CropBox(0, 0, image.Height, image.Width), (int)(image.Height * scale), (int)(image.Width * scale));
        }
    }
}
