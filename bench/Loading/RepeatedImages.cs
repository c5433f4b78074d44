using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Bench.Loading;

/// <summary>The same images several times over, as a larger data set has them: what an epoch costs once is shared by more images.</summary>
internal sealed class RepeatedImages(IImageSource source, int times) : IImageSource
{
    public int Count => source.Count * times;

    public string NameOf(int index) => source.NameOf(index % source.Count);

    public RgbImage Load(int index) => source.Load(index % source.Count);

    public void Load(int index, ImageBuffer buffer) => source.Load(index % source.Count, buffer);
}
