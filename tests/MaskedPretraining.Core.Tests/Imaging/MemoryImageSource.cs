using MaskedPretraining.Core.Imaging;

namespace MaskedPretraining.Core.Tests.Imaging;

/// <summary>Images in memory; a null one cannot be read. Counts how often images are loaded.</summary>
internal sealed class MemoryImageSource(params RgbImage?[] images) : IImageSource
{
    private int _loads;

    public int Loads => Volatile.Read(ref _loads);

    public int Count => images.Length;

    public string NameOf(int index) => $"memory-{index}";

    public RgbImage Load(int index)
    {
        Interlocked.Increment(ref _loads);
        return images[index] ?? throw new ImageFormatException(NameOf(index), "it is broken.");
    }

    /// <summary>Images of noise, of different sizes.</summary>
    public static MemoryImageSource Noise(int count, int seed = 1)
    {
        var random = new Random(seed);
        return new MemoryImageSource([.. Enumerable.Range(0, count).Select(_ => NoiseImage(random, random.Next(20, 40), random.Next(20, 40)))]);
    }

    public static RgbImage NoiseImage(Random random, int width, int height, int channels = 3)
    {
        byte[] pixels = new byte[width * height * channels];
        random.NextBytes(pixels);
        return new RgbImage(width, height, pixels, channels);
    }
}
