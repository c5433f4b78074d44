using MaskedPretraining.Core.Models;

namespace Demo;

/// <summary>What the demo trains, on what, and how long.</summary>
internal sealed record DemoSettings(DirectoryInfo? Images, DirectoryInfo? Validation, int Scenes, VisionTransformerOptions Architecture, int Epochs, DirectoryInfo Output)
{
    /// <summary>Generated scenes in each test set; <see cref="Scenes"/> train.</summary>
    public int TestScenes => Math.Max(Scenes / 4, 1);

    public static DemoSettings Create(DirectoryInfo? images, DirectoryInfo? validation, int scenes, int? imageSize, int? patchSize, int? epochs, DirectoryInfo output)
    {
        bool isScenes = images is null;
        int size = imageSize ?? (isScenes ? 32 : 96);
        var architecture = new VisionTransformerOptions
        {
            ImageHeight = size,
            ImageWidth = size,
            PatchSize = patchSize ?? (isScenes ? 4 : 12),
            Width = 96,
            Depth = 4,
            Heads = 3,
        };
        return new DemoSettings(images, validation, scenes, architecture, epochs ?? (isScenes ? 45 : 25), output);
    }
}
