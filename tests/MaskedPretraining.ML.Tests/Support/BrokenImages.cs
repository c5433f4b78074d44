using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.ML.Tests;

/// <summary>Images of which some cannot be read.</summary>
internal sealed class BrokenImages(IImageSource inner, params int[] broken) : IImageSource
{
    public int Count => inner.Count;

    public string NameOf(int index) => inner.NameOf(index);

    public RgbImage Load(int index) => broken.Contains(index) ? throw new ImageFormatException(NameOf(index), "it is damaged.") : inner.Load(index);
}
