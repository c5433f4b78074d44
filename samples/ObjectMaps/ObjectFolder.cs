using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Pictures;

namespace ObjectMaps;

/// <summary>A folder with <c>images</c> and <c>masks</c> of the same names.</summary>
internal static class ObjectFolder
{
    /// <summary>The photos that have a mask, in the order of their names.</summary>
    public static List<ObjectPhoto> Read(string folder) =>
    [
        .. from image in Directory.EnumerateFiles(Path.Combine(folder, "images")).Order(StringComparer.Ordinal)
           let mask = Path.Combine(folder, "masks", Path.ChangeExtension(Path.GetFileName(image), ".png"))
           where File.Exists(mask)
           select new ObjectPhoto { ImagePath = image, MaskPath = mask },
    ];

    /// <summary>Writes generated scenes with their masks as such a folder.</summary>
    public static void WriteScenes(string folder, int count, int size)
    {
        var scenes = new GeneratedScenes(count, size, seed: 2, SceneSplit.Test);
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        Directory.CreateDirectory(Path.Combine(folder, "masks"));
        for (int i = 0; i < count; i++)
        {
            byte[] mask = [.. scenes.MaskOf(i).SelectMany(isInside => Enumerable.Repeat(isInside ? byte.MaxValue : (byte)0, 3))];
            PngWriter.Save(Path.Combine(folder, "images", $"{i:000}.png"), scenes.Load(i));
            PngWriter.Save(Path.Combine(folder, "masks", $"{i:000}.png"), new RgbImage(size, size, mask));
        }
    }
}
