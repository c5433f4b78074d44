using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Bench.Pretraining;

/// <summary>Decoded images in memory: loading then means crop, flip, bicubic resize, masks and patches, as with a packed store of small photos.</summary>
internal sealed class NoiseImages : IImageSource
{
    private readonly RgbImage[] _images;

    public NoiseImages(int count, int side, int channels)
    {
        var random = new Random(1);
        _images = new RgbImage[64];
        for (int i = 0; i < _images.Length; i++)
        {
            var pixels = new byte[side * side * channels];
            random.NextBytes(pixels);
            _images[i] = new RgbImage(side, side, pixels);
        }

        Count = count;
    }

    public int Count { get; }

    public string NameOf(int index) => $"noise {index}";

    public RgbImage Load(int index) => _images[index % _images.Length];
}
