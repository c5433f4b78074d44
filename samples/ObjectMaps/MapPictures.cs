using MaskedPretraining.Core.Attention;
using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Models;
using MaskedPretraining.Core.Pictures;
using MaskedPretraining.ML;

namespace ObjectMaps;

/// <summary>Photos with a map over each and the box of the map's object.</summary>
internal static class MapPictures
{
    private const int Side = 160;

    /// <summary>One row a set of maps: the photos with the maps laid over.</summary>
    /// <param name="path">Where the picture goes.</param>
    /// <param name="photos">The photos.</param>
    /// <param name="maps">Maps of these photos, set by set.</param>
    /// <param name="grid">The maps' grid.</param>
    public static void Save(string path, IReadOnlyList<ObjectPhoto> photos, IReadOnlyList<float[][]> maps, PatchGrid grid)
    {
        var resampler = new PilResampler(ResampleFilter.Bilinear);
        var images = photos.Select(photo =>
        {
            var image = new MLImageDecoder().Decode(File.ReadAllBytes(photo.ImagePath), photo.ImagePath);
            var pixels = new byte[Side * Side * image.Channels];
            resampler.Resize(image, new CropBox(0, 0, image.Height, image.Width), Side, Side, pixels);
            return new RgbImage(Side, Side, pixels, image.Channels);
        }).ToList();
        var rows = images.Concat(maps.SelectMany(set => images.Select((image, i) => BoxPicture.Overlay(image, new AttentionGrid(grid, set[i])))));
        PngWriter.Save(path, PictureGrid.Arrange([.. rows], photos.Count));
    }
}
