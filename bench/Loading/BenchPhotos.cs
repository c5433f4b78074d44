using MaskedPretraining.Core.Imaging;
using Microsoft.ML.Data;

namespace MaskedPretraining.Bench.Loading;

/// <summary>Photos to load: a folder's, those of the shared data set, or generated ones.</summary>
internal static class BenchPhotos
{
    private const string Shared = "shared/data/flowers";
    private const int Generated = 128;
    private const int Side = 400;

    /// <summary>A folder of JPEG files.</summary>
    /// <param name="folder">The one asked for; null to find or make one.</param>
    /// <param name="scratch">Where generated photos go.</param>
    public static string Find(string? folder, string scratch) => folder ?? Repository.Find(Shared) ?? Generate(Path.Combine(scratch, "photos"));

    private static string Generate(string folder)
    {
        Directory.CreateDirectory(folder);
        var scenes = new GeneratedScenes(Generated, Side, 1, SceneSplit.Train);
        Parallel.For(0, Generated, number =>
        {
            RgbImage scene = scenes.Load(number);
            byte[] pixels = new byte[Side * Side * 4];
            for (int pixel = 0; pixel < Side * Side; pixel++)
            {
                (pixels[pixel * 4], pixels[(pixel * 4) + 1], pixels[(pixel * 4) + 2], pixels[(pixel * 4) + 3]) = (scene.Pixels[pixel * 3], scene.Pixels[(pixel * 3) + 1], scene.Pixels[(pixel * 3) + 2], byte.MaxValue);
            }

            using var image = MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Rgba32, pixels);
            image.Save(Path.Combine(folder, $"{number:000}.jpg"));
        });
        return folder;
    }
}
