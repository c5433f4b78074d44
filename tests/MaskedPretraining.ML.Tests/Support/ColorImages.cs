using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.ML.Tests;

/// <summary>Small noisy images in two classes that differ in colour.</summary>
internal sealed class ColorImages(int count, int size = 16, int channels = 3) : ILabeledImageSource
{
    public int Count => count;

    public IReadOnlyList<string> ClassNames { get; } = ["blue", "red"];

    public int LoadCalls => _loadCalls;

    private int _loadCalls;

    public string NameOf(int index) => $"image {index}";

    public int LabelOf(int index) => index % 2;

    public RgbImage Load(int index)
    {
        Interlocked.Increment(ref _loadCalls);
        var random = new RandomStream(7, RandomPurpose.Scene, 0, index);
        var pixels = new byte[size * size * channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            int signal = i % channels == (LabelOf(index) == 1 ? 0 : channels - 1) ? 120 : 20;
            pixels[i] = (byte)(signal + random.NextInt32(100));
        }

        return new RgbImage(size, size, pixels, channels);
    }
}
