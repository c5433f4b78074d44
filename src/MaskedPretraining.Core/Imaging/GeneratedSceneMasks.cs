using MaskedPretraining.Core.Attention;

namespace MaskedPretraining.Core.Imaging;

/// <summary>The masks of generated scenes as images. Thread safe.</summary>
/// <param name="scenes">The scenes.</param>
internal sealed class GeneratedSceneMasks(GeneratedScenes scenes) : IImageSource
{
    public int Count => scenes.Count;

    public string NameOf(int index) => $"mask of {scenes.NameOf(index)}";

    public RgbImage Load(int index) => new ObjectMask(scenes.Size, scenes.Size, scenes.MaskOf(index)).ToImage();
}
