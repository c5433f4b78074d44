using MaskedPretraining.Core.Imaging;
using MaskedPretraining.Core.Randomness;

namespace MaskedPretraining.Torch.Tests.Training;

/// <summary>Images with something to predict: two colours mixed along a random direction.</summary>
internal sealed class SyntheticImages(int count, int size, ulong seed = 7, int channels = 3) : IImageSource
{
    public int Count { get; } = count;

    public string NameOf(int index) => $"synthetic {index}";

    public RgbImage Load(int index)
    {
        var random = new RandomStream(seed, RandomPurpose.Scene, 0, index);
        double angle = 2 * Math.PI * random.NextDouble(), frequency = 2 + (4 * random.NextDouble());
        var (first, second) = (Color(random), Color(random));
        var pixels = new byte[size * size * channels];
        for (int i = 0; i < size * size; i++)
        {
            double x = (double)(i % size) / size, y = (double)(i / size) / size;
            double share = 0.5 + (0.5 * Math.Sin(frequency * ((x * Math.Cos(angle)) + (y * Math.Sin(angle)))));
            for (int channel = 0; channel < channels; channel++)
            {
                pixels[(i * channels) + channel] = (byte)((first[channel] * share) + (second[channel] * (1 - share)));
            }
        }

        return new RgbImage(size, size, pixels, channels);
    }

    private double[] Color(RandomStream random) => [.. Enumerable.Range(0, channels).Select(_ => 255 * random.NextDouble())];
}
