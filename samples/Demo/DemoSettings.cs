using MaskedPretraining.ML;

namespace Demo;

/// <summary>What the demo trains, on what, and how long.</summary>
internal sealed record DemoSettings(DirectoryInfo? Images, DirectoryInfo? Validation, int Scenes, GuidedMaeOptions Recipe, DirectoryInfo Output)
{
    /// <summary>Generated scenes in each test set; <see cref="Scenes"/> train.</summary>
    public int TestScenes => Math.Max(Scenes / 4, 1);

    public static DemoSettings Create(DirectoryInfo? images, DirectoryInfo? validation, int scenes, int? imageSize, int? patchSize, int? epochs, DirectoryInfo output)
    {
        var recipe = images is null ? GuidedMaeOptions.SmallImages32() : GuidedMaeOptions.SmallPhotos96();
        recipe.Architecture.ImageHeight = recipe.Architecture.ImageWidth = imageSize ?? recipe.Architecture.ImageWidth;
        recipe.Architecture.PatchSize = patchSize ?? recipe.Architecture.PatchSize;
        recipe.Epochs = epochs ?? recipe.Epochs;
        recipe.Seed = 1;
        return new DemoSettings(images, validation, scenes, recipe, output);
    }
}
