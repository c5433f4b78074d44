using MaskedPretraining.Core.Models;

namespace Demo;

/// <summary>What the demo trains, on what, and how long.</summary>
internal sealed record DemoSettings(DirectoryInfo? Images, DirectoryInfo? Validation, VisionTransformerOptions Architecture, int Epochs, DirectoryInfo Output)
{
    /// <summary>Scenes: so many train, so many of each kind test.</summary>
    public const int TrainScenes = 4000;
    public const int TestScenes = 1000;

    public static DemoSettings Create(DirectoryInfo? images, DirectoryInfo? validation, int? imageSize, int? patchSize, int? epochs, DirectoryInfo output)
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
        return new DemoSettings(images, validation, architecture, epochs ?? (isScenes ? 20 : 25), output);
    }
}
