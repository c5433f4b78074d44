using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.ML.Imaging;

/// <summary>Notes the shorter side of every image that is loaded, so that one scan answers for every smallest size.</summary>
internal sealed class SizedImageSource(IImageSource source) : IImageSource
{
    private readonly int[] _shorterSides = new int[source.Count];

    public int Count => source.Count;

    public string NameOf(int index) => source.NameOf(index);

    public RgbImage Load(int index)
    {
        var image = source.Load(index);
        _shorterSides[index] = Math.Min(image.Width, image.Height);
        return image;
    }

    public void Load(int index, ImageBuffer buffer)
    {
        source.Load(index, buffer);
        _shorterSides[index] = Math.Min(buffer.Width, buffer.Height);
    }

    /// <summary>Shorter side of an image that was loaded before.</summary>
    public int ShorterSideOf(int index) => _shorterSides[index];
}
